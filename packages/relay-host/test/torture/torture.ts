import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Acts } from './acts.js';
import { Caller } from './caller.js';
import { compareStored } from './compare.js';
import { probe } from './probes.js';
import { Facts } from './facts.js';
import { Random } from './random.js';
import { RelayProcess, type RelayPlan } from './relay-process.js';
import type { Risk } from './risky-disk.js';
import { fileProblems, readStored } from './stored.js';
import { workUntil } from './workers.js';

/** A relay whose disk ends it ends sooner or later; at the latest it is killed like all others. */
const RUN_MS_MAX = 1_200;

/** How often in a row a start may be killed by its disk. */
const STARTS_MAX = 5;

/** Failures of one run of the torture that are worth telling. */
const FAILURES_MAX = 20;

/**
 * Starts a relay, changes everything through its HTTP side with several workers, kills it, and holds its files and the
 * next start against what was acknowledged; again and again, on one folder.
 */
export async function torture(options: TortureOptions): Promise<TortureSummary> {
  const { cycles, seed, onCycle } = options;
  const random = new Random(seed);
  const facts = new Facts();
  const sums = { cycles: 0, kills: 0, answers: 0, plans: {} as Record<string, number> };
  const folder = join(options.folder, 'relay');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  // The workers draw as often as they get to it; the course of the cycles is the seed's alone.
  const course = new Random(seed + 1);
  const world = { program: options.program, folder, facts, random, course, sums };
  while (sums.cycles < cycles && facts.failures.length === 0) {
    await runCycle(world);
    sums.cycles += 1;
    onCycle?.(summary(facts, sums));
  }
  return summary(facts, sums);
}

async function runCycle(world: World): Promise<void> {
  const { facts, random, folder, sums, program } = world;
  const plan = planOf(world.course, sums.cycles);
  const name = planName(plan);
  sums.plans[name] = (sums.plans[name] ?? 0) + 1;
  if (world.course.chance(0.2)) await killedStarts(world);
  const relay = await RelayProcess.start({ program, folder, plan });
  if (relay === undefined) throw new Error('a relay that nothing threatened died at its start');
  const caller = new Caller(relay);

  const before = facts.failures.length;
  await probe({ facts, random, caller });
  await relay.arm();
  const runMs = plan.risk.kind === 'fatal' ? RUN_MS_MAX : world.course.between(30, 700);
  const killing = Promise.race([sleep(runMs), relay.ended]).then(() => relay.kill());
  const isOver = () => relay.hasEnded;
  await workUntil(isOver, { facts, random, acts: new Acts({ facts, random, caller, isAlive: () => !relay.hasEnded }) });
  await killing;
  caller.close();
  sums.kills += 1;
  sums.answers += caller.answerCount;

  for (const problem of fileProblems(folder)) facts.fail(problem);
  compareStored(facts, await readStored(folder));
  const found = facts.failures.splice(before);
  facts.failures.push(...found.map((failure) => `cycle ${sums.cycles + 1} (${name}): ${failure}`));
}

/** Starts that die while they tidy up. */
async function killedStarts({ course: random, program, folder, sums }: World): Promise<void> {
  const risk = { kind: 'fatal', actNumber: random.between(1, 12), isInRewrite: false } as const;
  const plan = { risk, compaction: { deadChangesMin: 4 }, isArmedFromStart: true };
  for (let start = 0; start < STARTS_MAX && random.chance(0.6); start += 1) {
    const relay = await RelayProcess.start({ program, folder, plan });
    await relay?.kill();
    sums.kills += 1;
  }
}

/** The risks take turns, so that a few cycles meet them all. */
function planOf(random: Random, cycle: number): RelayPlan {
  const eager = { deadChangesMin: 8, bytesMin: 4_096 };
  const risks: readonly Risk[] = [
    { kind: 'none' },
    { kind: 'volatile' },
    { kind: 'fatal', actNumber: random.between(1, 300), isInRewrite: false },
    { kind: 'failing', oneIn: random.between(3, 60), seed: random.between(1, 1e9) },
    { kind: 'fatal', actNumber: random.between(1, 12), isInRewrite: true },
  ];
  const risk = risks[cycle % risks.length] ?? { kind: 'none' };
  const isInRewrite = risk.kind === 'fatal' && risk.isInRewrite;
  return { risk, compaction: isInRewrite || random.chance(0.5) ? eager : {} };
}

function planName({ risk, compaction }: RelayPlan): string {
  const isInRewrite = risk.kind === 'fatal' && risk.isInRewrite;
  return `${risk.kind}${isInRewrite ? ' in a rewrite' : ''}${compaction.deadChangesMin === undefined ? '' : ', compacting'}`;
}

function summary(facts: Facts, sums: World['sums']): TortureSummary {
  const { acknowledged, unansweredCount, failures } = facts;
  return { ...sums, acknowledged, unanswered: unansweredCount, failures: failures.slice(0, FAILURES_MAX) };
}

interface World {
  readonly program: string;
  readonly folder: string;
  readonly facts: Facts;
  readonly random: Random;
  readonly course: Random;
  readonly sums: { cycles: number; kills: number; answers: number; plans: Record<string, number> };
}

export interface TortureOptions {
  /** The bundle of `children/torture-relay.ts`. */
  readonly program: string;
  /** An empty one. */
  readonly folder: string;
  readonly cycles: number;
  readonly seed: number;
  readonly onCycle?: (summary: TortureSummary) => void;
}

export interface TortureSummary {
  readonly cycles: number;
  readonly kills: number;
  readonly answers: number;
  /** Cycles by what threatened the relay in them. */
  readonly plans: Readonly<Record<string, number>>;
  /** Acknowledged changes by kind. */
  readonly acknowledged: Readonly<Record<string, number>>;
  /** Changes that were asked for and not answered, or with an error. */
  readonly unanswered: number;
  readonly failures: readonly string[];
}
