/** Runs seeds on all cores until one breaks something, all are done, or the time is over. */
export function runCrew(plan: {
  readonly bundle: string;
  readonly from: number;
  readonly to: number;
  readonly minutes?: number;
  readonly onProgress?: (sums: Sums) => void;
}): Promise<Sums & { readonly brokenSeed?: number; readonly invariant?: string }>;

interface Sums {
  readonly seeds: number;
  readonly commands: number;
  readonly elapsedMs: number;
}
