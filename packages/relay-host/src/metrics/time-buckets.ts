/** Upper ends of the buckets, in milliseconds. */
export const BUCKETS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 600_000];

/** How often something took how long: counting costs a few nanoseconds. */
export class TimeBuckets {
  /** One for each bucket, and one for what took longer. */
  readonly counts = new Array<number>(BUCKETS_MS.length + 1).fill(0);
  sumMs = 0;

  add(ms: number): void {
    let index = 0;
    while (index < BUCKETS_MS.length && ms > (BUCKETS_MS[index] ?? Infinity)) index += 1;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sumMs += ms;
  }
}
