import { OttoError } from '@telepat/otto-protocol';
import type { PageInput } from '@telepat/otto-node-runtime';
import type { Page } from 'playwright-core';
import { limitsOf, type InputWorld } from './input-world.js';

/** Drags one element onto another with the mouse; both may be in different frames. */
export async function drag({ target, to }: DragInput, world: InputWorld): Promise<void> {
  const { finder, page, patience } = world;
  const source = await finder.find(target, { field: 'selector', mayBeHidden: false }, patience);
  const goal = await finder.find(to, { field: 'toSelector', mayBeHidden: false }, patience);
  await source.hover(limitsOf(world));
  let isDropped = false;
  try {
    patience.act();
    await patience.answer(page.mouse.down());
    await goal.scrollIntoViewIfNeeded(limitsOf(world));
    const box = await goal.boundingBox(limitsOf(world));
    if (box === null) throw lost();
    // Pages see a drag in the way of the pointer, not in its end.
    const moving = page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: STEPS });
    await patience.answer(moving);
    patience.goOn();
    isDropped = true;
    await patience.answer(page.mouse.up());
  } finally {
    if (!isDropped) void letGo(page);
  }
}

const STEPS = 10;

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

function lost(): OttoError {
  return new OttoError('element_not_actionable', { message: 'Where to drag it went away.', effect: 'unknown' });
}

type DragInput = Extract<PageInput, { kind: 'drag' }>;
