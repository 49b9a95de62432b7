import { OttoError } from '@telepat/otto-protocol';
import { COMMAND_TIMEOUT_MS_DEFAULT, COMMAND_TIMEOUT_MS_MIN } from '@telepat/otto-protocol/limits';
import { backoffMs } from '@telepat/otto-relay-link';
import type { Command } from './command.js';
import type { CommandResult } from './outcome.js';
import { isReadOnly } from './is-read-only.js';
import { RunningCommand } from './running-command.js';
import type { Session } from './session.js';
import { tell } from './tell.js';

/** How often a command is tried in all when its `retry` says no number. */
export const ATTEMPTS_MAX_DEFAULT = 5;

/** Runs a command, and again as its `retry` asks: only after failures that a repeat is safe after, within its budget. */
export async function runCommand(session: Session, command: Command): Promise<CommandResult> {
  const { retry = false, timeoutMs = COMMAND_TIMEOUT_MS_DEFAULT } = command;
  if (retry === false || !Number.isFinite(timeoutMs)) return new RunningCommand(session, command).outcome();
  const attemptsMax = (retry === true ? undefined : retry.attemptsMax) ?? ATTEMPTS_MAX_DEFAULT;
  const { clock, random } = session.platform;
  const endsAt = clock.ticks() + timeoutMs;

  for (let attempt = 1; ; attempt += 1) {
    const leftMs = attempt === 1 ? command.timeoutMs : endsAt - clock.ticks();
    try {
      return await new RunningCommand(session, { ...command, timeoutMs: leftMs }).outcome();
    } catch (error) {
      if (attempt >= attemptsMax || session.loss.isFinal || !isSafeToRepeat(error, command)) throw error;
      const waitMs = Math.max(error.context.retryAfterMs ?? 0, backoffMs(attempt - 1, random));
      const mayWaitMs = endsAt - clock.ticks() - COMMAND_TIMEOUT_MS_MIN;
      if (waitMs > mayWaitMs) throw error;
      tell(command.onEvent, { type: 'retrying', attempt: attempt + 1, waitMs, error });
      await pause(session, { ms: waitMs, signal: command.signal });
      await untilConnected(session, { ms: endsAt - clock.ticks() - COMMAND_TIMEOUT_MS_MIN, signal: command.signal });
      if (command.signal?.aborted === true) throw cancelledAfter(error);
      if (session.loss.isFinal) throw error;
    }
  }
}

/**
 * Whether a command that failed may simply be sent again: the code says that it can help, and the command had no
 * effect, reads only, or is durable. A node's own word is not enough.
 */
function isSafeToRepeat(error: unknown, { action, idempotencyKey }: Command): error is OttoError {
  if (!(error instanceof OttoError) || !error.retryable) return false;
  return error.effect === 'none' || isReadOnly(action) || idempotencyKey !== undefined;
}

/** Lets time pass, or less of it when the signal aborts or the session ends for good. */
function pause(session: Session, { ms, signal }: Wait): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      leave();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = session.platform.clock.after(ms, end);
    const leave = session.join({ lost: ({ isFinal }) => isFinal && end(), returned: () => {} });
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
  });
}

/** The same, until the connection is there. */
function untilConnected(session: Session, { ms, signal }: Wait): Promise<void> {
  if (session.isReady || session.loss.isFinal) return Promise.resolve();
  const back = new AbortController();
  const give = (): void => back.abort();
  const leave = session.join({ lost: () => {}, returned: give });
  signal?.addEventListener('abort', give, { once: true });
  if (signal?.aborted === true) give();
  return pause(session, { ms, signal: back.signal }).finally(() => {
    leave();
    signal?.removeEventListener('abort', give);
  });
}

function cancelledAfter(error: OttoError): OttoError {
  const { message: _message, actionableHint: _hint, retryAfterMs: _ms, ...facts } = error.context;
  return new OttoError('command_cancelled', facts, { cause: error });
}

interface Wait {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
}

/** When a command that failed is sent again. Its budget, `timeoutMs`, is for all tries and the waits between them. */
export interface RetryPolicy {
  /** Tries in all. Default 5. */
  readonly attemptsMax?: number | undefined;
}
