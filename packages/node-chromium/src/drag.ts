import { OttoError } from '@telepat/otto-protocol';
import type { PageInput } from '@telepat/otto-node-runtime';
import type { Page } from 'playwright-core';
import { limitsOf, type InputWorld } from './input-world.js';
import { within } from './until.js';

/** Drags one element onto another with the mouse; both may be in different frames. */
export async function drag({ target, to: goalTarget }: DragInput, world: InputWorld): Promise<void> {
  const { finder, page, patience } = world;
  const source = await finder.find(target, { field: 'selector', mayBeHidden: false }, patience);
  const goal = await finder.find(goalTarget, { field: 'toSelector', mayBeHidden: false }, patience);
  await source.hover(limitsOf(world));
  const from = middleOf(await source.boundingBox(limitsOf(world)), 'none');
  let isDropped = false;
  try {
    patience.act();
    await patience.answer(page.mouse.down());
    // It is a drag from here on, before anything scrolls away from under the pointer.
    await patience.answer(page.mouse.move(from.x + BEGINNING, from.y + BEGINNING));
    await goal.scrollIntoViewIfNeeded(limitsOf(world));
    const to = middleOf(await goal.boundingBox(limitsOf(world)), 'unknown');
    // Pages see a drag in the way of the pointer, not in its end.
    await patience.answer(page.mouse.move(to.x, to.y, { steps: STEPS }));
    patience.goOn();
    isDropped = true;
    await patience.answer(page.mouse.up());
  } finally {
    if (!isDropped) await within(LETTING_GO_MS_MAX, letGo(page), []);
  }
}

const STEPS = 10;

/** A page that is too busy sees it when it has time. */
const LETTING_GO_MS_MAX = 900;

/** Pixels; what moves less is a click. */
const BEGINNING = 5;

function middleOf(box: Box | null, effect: 'none' | 'unknown'): { x: number; y: number } {
  if (box !== null) return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  throw new OttoError('element_not_actionable', { message: 'What is dragged, or where to, went away.', effect });
}

/** Ends a drag where nothing is dropped. */
async function letGo(page: Page): Promise<void> {
  try {
    await page.keyboard.press('Escape');
    await page.mouse.move(-1, -1);
    await page.mouse.up();
  } catch {
    // The page went, and the drag with it.
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type DragInput = Extract<PageInput, { kind: 'drag' }>;
