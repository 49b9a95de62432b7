import { OttoError, type ACTIONS } from '@telepat/otto-protocol';
import type { WaitCondition } from './ports.js';

/**
 * What the input of `primitive.page.wait_for` waits for; an element is to be visible unless it says otherwise.
 *
 * @throws OttoError `invalid_action_input` when that is nothing, or a state of nothing
 */
export function requireWaitCondition({ selector, state, text, url, loadState }: WaitInput): WaitCondition {
  if ([selector, text, url, loadState].every((part) => part === undefined)) {
    throw invalid('Give something to wait for: selector, text, url or loadState.');
  }
  if (state !== undefined && selector === undefined) throw invalid('state belongs to a selector.');
  return {
    ...(selector === undefined ? {} : { element: { selector, state: state ?? 'visible' } }),
    ...(text === undefined ? {} : { text }),
    ...(url === undefined ? {} : { url }),
    ...(loadState === undefined ? {} : { loadState }),
  };
}

function invalid(message: string): OttoError {
  return new OttoError('invalid_action_input', { message, effect: 'none' });
}

type WaitInput = (typeof ACTIONS)['primitive.page.wait_for']['input']['_output'];
