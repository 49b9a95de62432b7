import type { Counts } from './coverage.js';
import { BrokenInvariant, type Invariant } from './invariants.js';
import { play } from './play.js';
import { fallQuiet } from './quiet.js';
import { Random } from './random.js';
import type { Setting } from './setting.js';
import type { Step } from './steps.js';
import { Storm } from './storm.js';
import { weatherOf } from './weather.js';
import { World } from './world.js';

/** What can be replayed: under which conditions, and what happened. */
export interface History {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

/** How a history ended. */
export interface Ending {
  readonly history: History;
  readonly commands: number;
  /** What happened in it, and how often. */
  readonly counts: Counts;
  readonly broken?: Breach;
}

export interface Breach {
  readonly invariant: Invariant;
  readonly what: string;
  /** What happened at each step, in words, when that was asked for. */
  readonly traces: readonly (readonly string[])[];
}

/** One storm, from its seed, until all is quiet again. */
export async function runSeed(seed: number): Promise<Ending> {
  const random = new Random(seed);
  const weather = weatherOf(random);
  const { setting } = weather;
  const world = new World(setting);
  const storm = new Storm(random, world, weather);
  const steps: Step[] = [];
  const broken = await breachIn(world, async () => {
    for (let left = weather.steps; left > 0; left -= 1) {
      const step = storm.next();
      steps.push(step);
      await play(world, step);
    }
  });
  const sums = { commands: countOf(steps), counts: world.witness.counts };
  return { history: { setting, steps }, ...sums, ...(broken === undefined ? {} : { broken }) };
}

/** The same again, or what is left of it; with words for all that the relay sent when `traces` is set. */
export async function replay(history: History, options: { traces: boolean } = { traces: false }): Promise<Ending> {
  const world = new World(history.setting);
  const traces: string[][] = [];
  const next = (): void => {
    if (!options.traces) return;
    world.trace = [];
    traces.push(world.trace);
  };
  const broken = await breachIn(world, async () => {
    for (const step of history.steps) {
      next();
      await play(world, step);
    }
    next();
  });
  const sums = { commands: countOf(history.steps), counts: world.witness.counts };
  return { history, ...sums, ...(broken === undefined ? {} : { broken: { ...broken, traces } }) };
}

async function breachIn(world: World, run: () => Promise<void>): Promise<Breach | undefined> {
  try {
    await world.begin();
    await run();
    await fallQuiet(world);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof BrokenInvariant)) throw thrown;
    return { invariant: thrown.invariant, what: thrown.message, traces: [] };
  }
}

function countOf(steps: readonly Step[]): number {
  return steps.filter(({ do: kind }) => kind === 'command').length;
}
