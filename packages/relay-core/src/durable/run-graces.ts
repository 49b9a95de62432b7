import type { Clock, Timer } from '../ports/clock.js';
import type { DurableEntry } from './durable-entry.js';
import type { DurableRun } from './durable-run.js';

/** Runs whose last session is gone: their node is told to stop when nobody has come back within the grace. */
export class RunGraces {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #onOver: (entry: DurableEntry, run: DurableRun) => void;
  readonly #timers = new Map<DurableEntry, Timer>();

  constructor(clock: Clock, graceMs: number, onOver: (entry: DurableEntry, run: DurableRun) => void) {
    this.#clock = clock;
    this.#graceMs = graceMs;
    this.#onOver = onOver;
  }

  begin(entry: DurableEntry, run: DurableRun): void {
    this.end(entry);
    const timer = this.#clock.after(this.#graceMs, () => {
      this.#timers.delete(entry);
      this.#onOver(entry, run);
    });
    this.#timers.set(entry, timer);
  }

  end(entry: DurableEntry): void {
    this.#timers.get(entry)?.cancel();
    this.#timers.delete(entry);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
