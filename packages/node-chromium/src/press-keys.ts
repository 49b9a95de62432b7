import { OttoError } from '@telepat/otto-protocol';
import type { ElementTarget, PageInput } from '@telepat/otto-node-runtime';
import { limitsOf, type InputWorld } from './input-world.js';
import { whenEnabled } from './when-enabled.js';

/** Presses a key or a combination, in an element or where the focus is. */
export async function pressKey({ target, key }: PressInput, world: InputWorld): Promise<void> {
  if (target !== undefined) await focus(target, world);
  const { page, patience } = world;
  try {
    patience.act();
    await patience.answer(page.keyboard.press(key));
  } catch (error) {
    if (!(error instanceof Error) || !/Unknown key: /.test(error.message)) throw error;
    // Those of the combination that it knows are held down by now.
    for (const held of key.split('+').slice(0, -1)) await page.keyboard.up(held).catch(neverPressed);
    throw new OttoError('invalid_action_input', {
      message: 'key is none that a keyboard has.',
      actionableHint: 'Give a character, a name such as Enter, ArrowDown or F5, or a combination such as Control+a.',
      effect: 'none',
    });
  }
}

/**
 * Types text key by key. It stops when the page is left meanwhile: the rest was not meant for the one that came.
 */
export async function typeText({ target, text, delayMs }: TypeInput, world: InputWorld): Promise<void> {
  if (target !== undefined) await focus(target, world);
  const { page, documents, patience } = world;
  const { loaderId } = documents;
  const chars = [...text];
  for (const [index, char] of chars.entries()) {
    if (index > 0 && delayMs > 0) await patience.pause(delayMs);
    if (documents.loaderId !== loaderId)
      throw stopped(`The page was left after ${index} of ${chars.length} characters.`);
    if (patience.isOver) throw stopped(`The time was over after ${index} of ${chars.length} characters.`);
    patience.act();
    await patience.answer(page.keyboard.type(char));
  }
}

/** As a click into it would; but the caret stays, and what may lie over a field does not matter to the keyboard. */
async function focus(target: ElementTarget, world: InputWorld): Promise<void> {
  const element = await world.finder.find(target, { field: 'selector', mayBeHidden: false }, world.patience);
  await whenEnabled(element, world);
  await element.focus(limitsOf(world));
}

function stopped(message: string): OttoError {
  return new OttoError('element_not_actionable', { message, effect: 'unknown' });
}

/** The part of the combination that is no key. */
function neverPressed(): void {}

type PressInput = Extract<PageInput, { kind: 'press' }>;
type TypeInput = Extract<PageInput, { kind: 'type' }>;
