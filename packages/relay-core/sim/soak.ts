import { sumOf, type Counts } from './coverage.js';
import { runSeed } from './run-history.js';

/** Runs seeds one after the other until one breaks something, or it is told to stop. */
export async function soak(plan: SoakPlan): Promise<SoakResult> {
  let sums: SoakSums = { seeds: 0, commands: 0, counts: {} };
  for (let seed = plan.from; seed < plan.to && plan.mayGoOn(); seed += plan.step) {
    const { broken, commands, counts } = await runSeed(seed);
    sums = { seeds: sums.seeds + 1, commands: sums.commands + commands, counts: sumOf(sums.counts, counts) };
    if (broken !== undefined) return { ...sums, brokenSeed: seed, invariant: broken.invariant };
    await plan.onSeed?.(sums);
  }
  return sums;
}

/** Which seeds: from, up to but without `to`, each `step`th. */
export interface SoakPlan {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly mayGoOn: () => boolean;
  /** May take its time. */
  readonly onSeed?: (sums: SoakSums) => Promise<void>;
}

export interface SoakSums {
  readonly seeds: number;
  readonly commands: number;
  readonly counts: Counts;
}

export interface SoakResult extends SoakSums {
  readonly brokenSeed?: number;
  readonly invariant?: string;
}
