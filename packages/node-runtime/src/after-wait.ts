import type { Timer } from '@telepat/otto-relay-link';
import type { ActionCall } from './node-action.js';
import { TELLING_MS, waitMsOf } from './wait-ms.js';

/**
 * Runs when an action has waited for its page for as long as it may: for `ownMs`, or for what the command has left. That
 * may become more meanwhile, when somebody joins the command who waits for longer; then the action goes on waiting.
 */
export function afterWait(call: WaitingCall, ownMs: number | undefined, run: () => void): Timer {
  const { clock } = call.tools;
  const ownEndsAt = clock.ticks() + (ownMs ?? Number.POSITIVE_INFINITY);
  const arm = (): Timer => clock.after(Math.min(ownEndsAt - clock.ticks(), waitMsOf(call)), look);
  // What is left for telling is less than that.
  const look = (): void => {
    if (clock.ticks() >= ownEndsAt || waitMsOf(call) < TELLING_MS) run();
    else timer = arm();
  };
  let timer = arm();
  return { cancel: () => timer.cancel() };
}

type WaitingCall = Pick<ActionCall, 'msLeft'> & { readonly tools: Pick<ActionCall['tools'], 'clock'> };
