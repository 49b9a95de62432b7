/** Slices that a replay window is cut into: a nonce stays in memory at most one slice longer than needed. */
const SLICES_PER_WINDOW = 8;

/**
 * The nonces of one identity whose timestamps are still within the replay window. They are filed by when those leave it,
 * so that they go from memory slice by slice, without a look at the others. Their number is bounded by the rate limit,
 * which each nonce has passed: burst + rate × 2 × window. All times are the relay's (`RelayTime`), which never goes back.
 */
export class ReplayGuard {
  readonly #windowMs: number;
  readonly #sliceMs: number;
  /** Until when each is remembered. */
  readonly #keptUntil = new Map<string, number>();
  readonly #slices = new Map<number, string[]>();
  #oldestSlice = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.#sliceMs = Math.max(1, Math.ceil(windowMs / SLICES_PER_WINDOW));
  }

  get size(): number {
    return this.#keptUntil.size;
  }

  /**
   * Remembers a nonce until the timestamp of its frame leaves the window; the caller has checked that it is in it.
   * @returns false when it is known already
   */
  admit(nonce: string, times: { now: number; sentAt: number }): boolean {
    const { now, sentAt } = times;
    this.#forgetUntil(now);
    if (now <= (this.#keptUntil.get(nonce) ?? -Infinity)) return false;

    const keptUntil = sentAt + this.#windowMs;
    this.#keptUntil.set(nonce, keptUntil);
    const slice = this.#sliceOf(keptUntil);
    const nonces = this.#slices.get(slice);
    if (nonces === undefined) this.#slices.set(slice, [nonce]);
    else nonces.push(nonce);
    return true;
  }

  #forgetUntil(now: number): void {
    const current = this.#sliceOf(now);
    // A look at a few dozen slices at the most: all that are in use lie within two windows, and none is left after them.
    for (; this.#oldestSlice < current && this.#slices.size > 0; this.#oldestSlice += 1) {
      const nonces = this.#slices.get(this.#oldestSlice);
      if (nonces === undefined) continue;
      this.#slices.delete(this.#oldestSlice);
      for (const nonce of nonces) this.#forget(nonce, this.#oldestSlice);
    }
    // Where nothing is left there is nothing to look for, however far the clock has jumped.
    if (this.#slices.size === 0) this.#oldestSlice = current;
  }

  /** One that was used again since, with a later timestamp, is filed there, too. */
  #forget(nonce: string, slice: number): void {
    const keptUntil = this.#keptUntil.get(nonce);
    if (keptUntil !== undefined && this.#sliceOf(keptUntil) === slice) this.#keptUntil.delete(nonce);
  }

  #sliceOf(at: number): number {
    return Math.floor(at / this.#sliceMs);
  }
}
