import { OttoError } from '@telepat/otto-protocol';

/** Longer than any wait whose own timer does not keep the process alive. */
const HOLD_MS = 15_000;

/**
 * Fails a process that is about to end without an answer, because what it waits for never comes. Deadlines whose timers
 * do not keep a process alive get their time first.
 */
export function endWhenStuck(host: EmptyingHost, fail: (error: Error) => void, { holdMs } = { holdMs: HOLD_MS }): void {
  let isHeld = false;
  host.on('beforeExit', () => {
    if (isHeld) fail(new OttoError('internal_error', { message: 'The command waited for something that never came.' }));
    else setTimeout(() => undefined, holdMs);
    isHeld = true;
  });
}

/** What a process has for that. */
export interface EmptyingHost {
  on(event: 'beforeExit', listener: () => void): unknown;
}
