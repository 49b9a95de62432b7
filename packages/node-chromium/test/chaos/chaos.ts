import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { Tab } from '@telepat/otto-sdk';
import { ChaosWorld, type ChaosWorldOptions } from './chaos-world.js';
import { Mischief, type MischiefPlan, type Mischiefs } from './mischief.js';
import { Random } from './random.js';

const AT_ONCE = 40;
const TABS = 8;

/** Far more than a run takes: what is tried is not the patience of a command. */
const TIMEOUT_MS = 600_000;

/**
 * Sends durable commands through connections that are cut, frozen, stalled, torn and delayed, to a relay that is killed and
 * started again, and looks whether each was carried out once and each promise told the truth.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { commands, plan, restarts, seed, onProgress = () => {} } = options;
  const settled = { count: 0 };
  const mischief = new Mischief(new Random(seed), plan, () => settled.count / commands);
  const world = await ChaosWorld.start({ ...options, mischief });
  const report = { failures: [] as string[], resubmissions: 0, restarts: 0, unknownOutcomes: 0 };
  const running = new Set<string>();
  let isOver = false;
  try {
    const tabs = await Promise.all(
      Array.from({ length: TABS }, () => world.client.node(world.nodeId).tabs.open('about:blank')),
    );
    mischief.begin();
    let next = 0;
    let restarting = Promise.resolve();
    const restartIfDue = (): void => {
      if (report.restarts >= restarts || settled.count < ((report.restarts + 1) / (restarts + 1)) * commands) return;
      report.restarts += 1;
      restarting = restarting.then(() => world.restartRelay());
    };
    const worker = async (): Promise<void> => {
      // A burst of outcomes may be faster than the troubles: there must be work for each of them to hit.
      for (let n = next++; n < commands || !mischief.isDone; n = next++) {
        const key = `key_${n}_${'x'.repeat(n % 7)}`;
        running.add(key);
        try {
          const data = await outcomeOf(key, { world, tab: tabs[n % TABS], report, isOver: () => isOver });
          if (!isOutcomeOf(data, key)) report.failures.push(`${key} was told ${JSON.stringify(data)}`);
        } catch (error) {
          if (!isOver) report.failures.push(`${key} failed: ${describe(error)}`);
        }
        running.delete(key);
        if (isOver) return;
        settled.count += 1;
        restartIfDue();
        onProgress({ settled: settled.count, cuts: mischief.count('cut'), restarts: report.restarts });
      }
    };
    const enough = new AbortController();
    await Promise.race([
      Promise.all(Array.from({ length: AT_ONCE }, worker)).then(() => restarting),
      sleep(options.withinMs ?? TIMEOUT_MS, undefined, { ref: false, signal: enough.signal }).catch(() => undefined),
    ]);
    enough.abort();
    isOver = true;
    mischief.end();
    // What hangs is named, and the rest of the report given all the same.
    if (running.size > 0) report.failures.push(`${settled.count} have ended, and not ${[...running].join(', ')}`);
    else report.failures.push(...notOnce(world.executions(), settled.count));
    return { ...report, commands: settled.count, made: mischief.made };
  } finally {
    await world.end();
  }
}

/**
 * Submits a command until somebody knows how it ended. `outcome_unknown` is the truth, too, when a node could not be asked
 * in time; whoever asks again, with the same key, is told in the end, and nothing is done twice.
 */
async function outcomeOf(key: string, { world, tab, report, isOver }: Submitting): Promise<unknown> {
  for (;;) {
    try {
      const { data } = await world.client.send(
        'primitive.page.evaluate',
        { expression: key },
        {
          nodeId: world.nodeId,
          tabSessionId: tab?.tabSessionId,
          waitPolicy: 'wait_with_timeout',
          idempotencyKey: key,
          timeoutMs: TIMEOUT_MS,
          // A node that is away when a command is first sent has not got it, and that is the truth.
          retry: { attemptsMax: 1_000 },
          onEvent: ({ type }) => (report.resubmissions += type === 'resubmitted' ? 1 : 0),
        },
      );
      return data;
    } catch (error) {
      if (isOver() || !isUnknown(error)) throw error;
      report.unknownOutcomes += 1;
    }
  }
}

function notOnce(executions: ReadonlyMap<string, number>, commands: number): string[] {
  const problems = [...executions]
    .filter(([, count]) => count !== 1)
    .map(([key, count]) => `${key} ran ${count} times`);
  if (executions.size !== commands) problems.push(`${executions.size} of ${commands} commands were carried out`);
  return problems;
}

function isOutcomeOf(data: unknown, key: string): boolean {
  return JSON.stringify(data).includes(`{"done":"${key}"}`);
}

/** Nobody says that it failed, or that it may be sent again as if it had not been. */
function isUnknown(error: unknown): boolean {
  return (
    error instanceof OttoError && error.code === 'outcome_unknown' && error.effect === 'unknown' && !error.retryable
  );
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, effect } = { code: '', effect: '', ...error };
  return `${code} (effect ${effect}) ${error.message}`;
}

interface Submitting {
  readonly world: ChaosWorld;
  readonly tab: Tab | undefined;
  readonly report: { resubmissions: number; unknownOutcomes: number };
  readonly isOver: () => boolean;
}

export interface ChaosOptions extends Omit<ChaosWorldOptions, 'mischief'> {
  readonly commands: number;
  readonly plan: MischiefPlan;
  readonly restarts: number;
  readonly seed: number;
  /** After this long, what has not ended is a failure. */
  readonly withinMs?: number;
  readonly onProgress?: (sums: { settled: number; cuts: number; restarts: number }) => void;
}

export interface ChaosReport {
  /** What was not as promised. */
  readonly failures: readonly string[];
  /** As many as were asked for, or more, until all that was planned has happened. */
  readonly commands: number;
  readonly resubmissions: number;
  readonly restarts: number;
  /** How often nobody could be asked in time how a command had ended; each was told when it was asked again. */
  readonly unknownOutcomes: number;
  readonly made: Mischiefs;
}
