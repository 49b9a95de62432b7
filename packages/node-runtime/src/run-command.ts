import { OttoError } from '@telepat/otto-protocol';
import { DRAIN_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '@telepat/otto-relay-link';
import { abortReason } from './abort-reason.js';
import { nodeActionOf } from './action-table.js';
import type { ActionTools, NodeAction } from './node-action.js';
import type { NodeCommand } from './node-command.js';
import { completed, failed, type Outcome } from './outcome.js';
import { settledOrGivenUp } from './settled-or-given-up.js';
import type { TabLanes } from './tab-lanes.js';
import { Warnings } from './warnings.js';

/** How long work that was told to stop may take to do so; after that its end is no longer waited for. */
export const STOP_MS_MAX = DRAIN_MS_MAX - 1_000;

/**
 * Runs one command to its outcome: check the input, wait for the tab, do the work. An aborted signal ends it with the
 * signal's reason. It never rejects; a bug of ours becomes `internal_error`, and `reportBug` hears of it.
 */
export async function runCommand(command: NodeCommand, world: RunWorld): Promise<Outcome> {
  const startedAt = world.clock.ticks();
  const progress = { mayHaveEffect: false, warnings: new Warnings() };
  try {
    const data = await dataOf(command, world, progress);
    const durationMs = Math.round(world.clock.ticks() - startedAt);
    return completed(command, { data, durationMs, warnings: progress.warnings.takeAll() });
  } catch (reason) {
    const cause = world.signal.aborted ? abortReason(world.signal) : reason;
    const bug = bugIn(cause);
    if (bug !== undefined) world.reportBug(bug);
    // Work that was told to stop may know whether it had begun.
    const mayHaveEffect = world.signal.aborted ? effectIn(reason, progress) : progress.mayHaveEffect;
    return failed(command, OttoError.from(cause), { mayHaveEffect });
  }
}

/** What nobody foresaw, also where a driver has given it its code already. */
function bugIn(error: unknown): unknown {
  if (!(error instanceof OttoError)) return error;
  return error.code === 'internal_error' ? (error.cause ?? error) : undefined;
}

function effectIn(reason: unknown, { mayHaveEffect }: { mayHaveEffect: boolean }): boolean {
  const known = reason instanceof OttoError ? reason.effect : undefined;
  return known === undefined ? mayHaveEffect : known === 'unknown';
}

async function dataOf(
  command: NodeCommand,
  { signal, clock, msLeft, lanes, tools }: RunWorld,
  progress: { mayHaveEffect: boolean; readonly warnings: Warnings },
): Promise<unknown> {
  const action = nodeActionOf(command.action);
  if (action === undefined) throw new OttoError('action_not_supported', { effect: 'none' });
  const { run, skipsLane, mayLeaveEffect } = action.prepare(inputOf(command, action));
  const { requestId, tabSessionId } = command;
  const hasLane = tabSessionId !== undefined && action.descriptor.tab !== 'never' && !skipsLane;
  const leave = hasLane ? await lanes.enter(tabSessionId, signal) : () => {};

  progress.mayHaveEffect = mayLeaveEffect;
  // The tab is left when the work has really stopped, however early its command was given up.
  const warn = (sentence: string): void => progress.warnings.add(sentence);
  const work = run({ requestId, signal, tools, msLeft, warn }).finally(leave);
  const data = await settledOrGivenUp(work, { signal, clock, patienceMs: STOP_MS_MAX });
  // What happened in the tab while nobody asked is told by the next result of it, whatever that is of.
  const tab = tabSessionId === undefined ? undefined : tools.tabs.find(tabSessionId);
  if (action.descriptor.tab !== 'never') tab?.life.warnings.takeAll().forEach(warn);
  return data;
}

/** The tab may be named beside the input or in it; the action sees one input. */
function inputOf({ input, tabSessionId }: NodeCommand, { descriptor }: NodeAction): object {
  return tabSessionId === undefined || descriptor.tab === 'never' ? input : { ...input, tabSessionId };
}

export interface RunWorld {
  readonly clock: Clock;
  /** How much of the command's time is left. */
  readonly msLeft: () => number;
  readonly lanes: TabLanes;
  readonly tools: ActionTools;
  readonly signal: AbortSignal;
  reportBug(error: unknown): void;
}
