/**
 * Runs seeds on all cores until one breaks something, all are done, or the time is over. Rejects when a seed does not
 * come to an end.
 */
export function runCrew(plan: {
  readonly bundle: string;
  readonly from: number;
  readonly to: number;
  readonly minutes?: number;
  readonly onProgress?: (sums: Sums) => void;
}): Promise<Sums & { readonly brokenSeed?: number; readonly invariant?: string }>;

export interface Sums {
  readonly seeds: number;
  readonly commands: number;
  /** What happened, and how often. */
  readonly counts: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  /** Of the memory of all threads together, in bytes. */
  readonly heapBytes: number;
}
