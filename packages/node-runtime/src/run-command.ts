import { OttoError } from '@telepat/otto-protocol';
import { DRAIN_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Clock, Timer } from '@telepat/otto-relay-link';
import { abortReason } from './abort-reason.js';
import { nodeActionOf } from './action-table.js';
import type { ActionTools, NodeAction } from './node-action.js';
import type { NodeCommand } from './node-command.js';
import { completed, failed, type Outcome } from './outcome.js';
import type { TabLanes } from './tab-lanes.js';

/** How long work that was told to stop may take to do so; after that its end is no longer waited for. */
export const STOP_MS_MAX = DRAIN_MS_MAX - 1_000;

/**
 * Runs one command to its outcome: check the input, wait for the tab, do the work. An aborted signal ends it with the
 * signal's reason. It never rejects; a bug of ours becomes `internal_error`, and `reportBug` hears of it.
 */
export async function runCommand(command: NodeCommand, world: RunWorld): Promise<Outcome> {
  const startedAt = world.clock.ticks();
  const progress = { mayHaveEffect: false };
  try {
    const data = await dataOf(command, world, progress);
    return completed(command, { data, durationMs: Math.round(world.clock.ticks() - startedAt) });
  } catch (reason) {
    const cause = world.signal.aborted ? abortReason(world.signal) : reason;
    if (!(cause instanceof OttoError)) world.reportBug(cause);
    return failed(command, OttoError.from(cause), progress);
  }
}

async function dataOf(
  command: NodeCommand,
  { signal, clock, endsAt, lanes, tools }: RunWorld,
  progress: { mayHaveEffect: boolean },
): Promise<unknown> {
  const action = nodeActionOf(command.action);
  if (action === undefined) throw new OttoError('action_not_supported', { effect: 'none' });
  const { run, skipsLane, mayLeaveEffect } = action.prepare(inputOf(command, action));
  const { requestId, tabSessionId } = command;
  const hasLane = tabSessionId !== undefined && action.descriptor.tab !== 'never' && !skipsLane;
  const leave = hasLane ? await lanes.enter(tabSessionId, signal) : () => {};

  progress.mayHaveEffect = mayLeaveEffect;
  // The tab is left when the work has really stopped, however early its command was given up.
  const msLeft = (): number => Math.max(0, endsAt - clock.ticks());
  const work = run({ requestId, signal, tools, msLeft }).finally(leave);
  return await settledOrGivenUp(work, signal, clock);
}

/** The tab may be named beside the input or in it; the action sees one input. */
function inputOf({ input, tabSessionId }: NodeCommand, { descriptor }: NodeAction): object {
  return tabSessionId === undefined || descriptor.tab === 'never' ? input : { ...input, tabSessionId };
}

/** Settles as the work does; once the signal aborted, it waits for that no longer than `STOP_MS_MAX`. */
function settledOrGivenUp(work: Promise<unknown>, signal: AbortSignal, clock: Clock): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let patience: Timer | undefined;
    const onAbort = (): void => {
      patience = clock.after(STOP_MS_MAX, () => reject(abortReason(signal)));
    };
    const settle = (): void => {
      patience?.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(settle);
  });
}

export interface RunWorld {
  readonly clock: Clock;
  /** When the time of the command is over, in the clock's ticks. */
  readonly endsAt: number;
  readonly lanes: TabLanes;
  readonly tools: ActionTools;
  readonly signal: AbortSignal;
  reportBug(error: unknown): void;
}
