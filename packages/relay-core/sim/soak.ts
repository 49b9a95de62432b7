import { runSeed } from './run-history.js';

/** Runs seeds one after the other until one breaks something, or it is told to stop. */
export async function soak(plan: SoakPlan): Promise<SoakResult> {
  let seeds = 0;
  let commands = 0;
  for (let seed = plan.from; seed < plan.to && plan.mayGoOn(); seed += plan.step) {
    const ending = await runSeed(seed);
    seeds += 1;
    commands += ending.commands;
    if (ending.broken !== undefined) return { seeds, commands, brokenSeed: seed, invariant: ending.broken.invariant };
    await plan.onSeed?.({ seeds, commands });
  }
  return { seeds, commands };
}

/** Which seeds: from, up to but without `to`, each `step`th. */
export interface SoakPlan {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly mayGoOn: () => boolean;
  /** May take its time. */
  readonly onSeed?: (sums: { seeds: number; commands: number }) => Promise<void>;
}

export interface SoakResult {
  readonly seeds: number;
  readonly commands: number;
  readonly brokenSeed?: number;
  readonly invariant?: string;
}
