import type { Clock, Timer } from '../ports/clock.js';
import type { DurableEntry } from './durable-entry.js';
import type { Submission } from './submission.js';

/** Commands whose last session is gone: their node is told to stop when nobody has come back within the grace. */
export class RunGraces {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #onOver: (entry: DurableEntry) => void;
  readonly #graces = new Map<DurableEntry, Grace>();
  /** By identity and id: what an ended session had asked for, so that a new one of its identity may cancel it. */
  readonly #left = new Map<string, DurableEntry>();

  constructor(clock: Clock, graceMs: number, onOver: (entry: DurableEntry) => void) {
    this.#clock = clock;
    this.#graceMs = graceMs;
    this.#onOver = onOver;
  }

  begin(entry: DurableEntry, { order: { requestId } }: Submission): void {
    this.end(entry);
    const timer = this.#clock.after(this.#graceMs, () => {
      this.end(entry);
      this.#onOver(entry);
    });
    const name = nameOf(entry.identity, requestId);
    this.#left.set(name, entry);
    this.#graces.set(entry, { timer, name });
  }

  isPending(entry: DurableEntry): boolean {
    return this.#graces.has(entry);
  }

  /** What a session of this identity, now gone, was the last to wait for under this id. */
  find(identity: string, requestId: string): DurableEntry | undefined {
    return this.#left.get(nameOf(identity, requestId));
  }

  end(entry: DurableEntry): void {
    const grace = this.#graces.get(entry);
    if (grace === undefined) return;
    grace.timer.cancel();
    this.#graces.delete(entry);
    if (this.#left.get(grace.name) === entry) this.#left.delete(grace.name);
  }

  close(): void {
    for (const { timer } of this.#graces.values()) timer.cancel();
    this.#graces.clear();
    this.#left.clear();
  }
}

function nameOf(identity: string, requestId: string): string {
  return `${identity}\n${requestId}`;
}

interface Grace {
  readonly timer: Timer;
  readonly name: string;
}
