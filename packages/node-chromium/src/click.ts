import type { PageInput } from '@telepat/otto-node-runtime';
import type { Locator } from 'playwright-core';
import { hasBeenDone, hasBegun } from './act-failure.js';
import { limitsOf, type InputWorld } from './input-world.js';

/**
 * Clicks an element. Playwright waits for the document that a click leads to, and sees meanwhile whether the click met
 * its element or has to be repeated; but it would wait without end, so it is stopped when that document does not come.
 */
export async function click(element: Locator, { button, clickCount, modifiers }: ClickInput, world: InputWorld) {
  const { settling, signal } = world;
  const clicking = (...signals: AbortSignal[]): Promise<void> =>
    element.click({
      button,
      clickCount,
      modifiers: [...modifiers],
      ...limitsOf(world),
      signal: AbortSignal.any([signal, ...signals]),
    });
  const ended = new AbortController();
  const stalled = new AbortController();
  settling.stalled([ended.signal]).then(() => stalled.abort(), overBefore);
  try {
    await clicking(stalled.signal).catch((error: unknown) => {
      if (!stalled.signal.aborted || hasBegun(error) || signal.aborted) throw error;
      // The page was on its way before there was a click.
      return clicking();
    });
  } catch (error) {
    const isOver = hasBeenDone(error) || (stalled.signal.aborted && hasBegun(error));
    if (!isOver || signal.aborted) throw error;
  } finally {
    ended.abort();
  }
}

/** The click ended first. */
function overBefore(): void {}

type ClickInput = Extract<PageInput, { kind: 'click' }>;
