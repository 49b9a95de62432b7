/** Slices that a replay window is cut into: a nonce is kept at most one slice longer than needed. */
const SLICES_PER_WINDOW = 8;

/**
 * The nonces of one identity that are still within the replay window. They are filed by the time at which they may be
 * forgotten, so that they leave memory slice by slice, without a look at the others. Their number is bounded by the
 * rate limit, which each nonce has passed: burst + rate × 2 × window.
 */
export class ReplayGuard {
  readonly #sliceMs: number;
  readonly #seen = new Set<string>();
  readonly #slices = new Map<number, string[]>();
  #oldestSlice = 0;

  constructor(windowMs: number) {
    this.#sliceMs = Math.max(1, Math.ceil(windowMs / SLICES_PER_WINDOW));
  }

  get size(): number {
    return this.#seen.size;
  }

  /**
   * Remembers a nonce for `keepMs` monotonic milliseconds.
   * @returns false when it is known already
   */
  admit(nonce: string, times: { ticks: number; keepMs: number }): boolean {
    this.#forgetUntil(times.ticks);
    if (this.#seen.has(nonce)) return false;

    const slice = Math.floor((times.ticks + times.keepMs) / this.#sliceMs);
    const nonces = this.#slices.get(slice);
    if (nonces === undefined) this.#slices.set(slice, [nonce]);
    else nonces.push(nonce);
    this.#seen.add(nonce);
    return true;
  }

  #forgetUntil(ticks: number): void {
    const current = Math.floor(ticks / this.#sliceMs);
    if (this.#slices.size === 0) this.#oldestSlice = current;
    for (; this.#oldestSlice < current && this.#slices.size > 0; this.#oldestSlice += 1) {
      const nonces = this.#slices.get(this.#oldestSlice);
      if (nonces === undefined) continue;
      for (const nonce of nonces) this.#seen.delete(nonce);
      this.#slices.delete(this.#oldestSlice);
    }
  }
}
