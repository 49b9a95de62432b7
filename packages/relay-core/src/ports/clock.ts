/** Time, as the host has it. */
export interface Clock {
  /** Wall time in epoch milliseconds: for stamps, tokens, grants and nonces. */
  now(): number;
  /** Monotonic milliseconds: for deadlines, leases, heartbeats and buckets. */
  ticks(): number;
  /** Runs once after `ms` milliseconds, unless cancelled. */
  after(ms: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
