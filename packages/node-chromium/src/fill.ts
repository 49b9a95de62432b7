import { OttoError } from '@telepat/otto-protocol';
import type { Locator } from 'playwright-core';
import { limitsOf, type InputWorld } from './input-world.js';

/** Replaces what a field holds. */
export async function fill(element: Locator, value: string, world: InputWorld): Promise<void> {
  const type = (await element.getAttribute('type', limitsOf(world)))?.toLowerCase() ?? '';
  await element.fill(value, limitsOf(world));
  // Others take any text, and may well be emptied by the page as soon as it has it.
  if (!SHAPED_TYPES.has(type)) return;
  const held = await element.inputValue(limitsOf(world));
  if (held.toLowerCase() === value.trim().toLowerCase()) return;
  throw new OttoError('element_not_actionable', {
    message: `The field did not take the value: a field of type ${type} has a form of its own.`,
    actionableHint: 'Give it as in 2026-01-31, 23:59, 2026-01-31T23:59, 2026-01, 2026-W05 or #ff0000.',
    effect: 'unknown',
  });
}

/** The browser empties them, or puts them right, where the value has not their form. */
const SHAPED_TYPES: ReadonlySet<string> = new Set([
  'color',
  'date',
  'datetime-local',
  'month',
  'range',
  'time',
  'week',
]);
