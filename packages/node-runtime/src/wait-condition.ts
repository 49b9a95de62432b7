import type { ACTIONS } from '@telepat/otto-protocol';
import type { WaitCondition } from './ports.js';

/** What the input of `primitive.page.wait_for` waits for; an element is to be visible unless it says otherwise. */
export function waitConditionOf({ selector, state = 'visible', text, url, loadState }: WaitInput): WaitCondition {
  return {
    ...(selector === undefined ? {} : { element: { selector, state } }),
    ...(text === undefined ? {} : { text }),
    ...(url === undefined ? {} : { url }),
    ...(loadState === undefined ? {} : { loadState }),
  };
}

type WaitInput = (typeof ACTIONS)['primitive.page.wait_for']['input']['_output'];
