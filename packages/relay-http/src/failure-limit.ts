/**
 * Counts failures by key within a window of time, and says when a key has had too many. It remembers a bounded number
 * of keys; when full, the one that began first is forgotten.
 */
export class FailureLimit {
  readonly #options: FailureLimitOptions;
  readonly #windows = new Map<string, FailureWindow>();

  constructor(options: FailureLimitOptions) {
    this.#options = options;
  }

  /** Milliseconds until the key may try again; 0 when it may now. */
  waitMs(key: string): number {
    const window = this.#windows.get(key);
    if (window === undefined || window.count < this.#options.failuresMax) return 0;
    return Math.max(0, window.endsAt - this.#options.now());
  }

  failed(key: string): void {
    const now = this.#options.now();
    const window = this.#windows.get(key);
    if (window !== undefined && now < window.endsAt) {
      window.count += 1;
      return;
    }
    this.#windows.delete(key);
    if (this.#windows.size >= this.#options.keysMax) this.#forgetOldest();
    this.#windows.set(key, { count: 1, endsAt: now + this.#options.windowMs });
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}

export interface FailureLimitOptions {
  readonly failuresMax: number;
  readonly windowMs: number;
  readonly keysMax: number;
  /** Monotonic milliseconds. */
  now(): number;
}

interface FailureWindow {
  count: number;
  readonly endsAt: number;
}
