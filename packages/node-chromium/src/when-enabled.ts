import { OttoError } from '@telepat/otto-protocol';
import type { Locator } from 'playwright-core';
import { limitsOf, type InputWorld } from './input-world.js';

/** Waits until an element is enabled, for what playwright would do to a disabled one as well. */
export async function whenEnabled(element: Locator, world: InputWorld): Promise<void> {
  while (!(await element.isEnabled(limitsOf(world)))) {
    if (world.patience.isOver) {
      throw new OttoError('element_not_actionable', { message: 'The element is disabled.', effect: 'none' });
    }
    await world.patience.pause(PAUSE_MS);
  }
}

const PAUSE_MS = 100;
