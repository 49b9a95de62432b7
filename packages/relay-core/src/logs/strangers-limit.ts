import { toIsoTime, type RelayLogType } from '@telepat/otto-protocol';
import type { Clock, Timer } from '../ports/clock.js';

/** Entries of one type that strangers may provoke in a minute. */
export const STRANGERS_ENTRIES_PER_MIN = 60;

const MINUTE_MS = 60_000;

/**
 * Bounds what strangers can make the relay note, so that they cannot push older days out of the archive: of each type
 * so many entries a minute, and a sum of the others when the minute is over.
 */
export class StrangersLimit {
  readonly #clock: Clock;
  readonly #tell: (sum: LeftOut) => void;
  /** By type of entry; the types are the relay's own. */
  readonly #minutes = new Map<RelayLogType, Minute>();
  #isClosed = false;

  /** `tell` hears of the entries that were left out, once for each type and minute. */
  constructor(clock: Clock, tell: (sum: LeftOut) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Whether one more entry of this type is to be written; if not it is counted. */
  admits(type: RelayLogType): boolean {
    const minute = this.#minuteOf(type);
    minute.count += 1;
    if (minute.count <= STRANGERS_ENTRIES_PER_MIN) return true;
    if (!this.#isClosed) minute.end ??= this.#clock.after(minute.endsAt - this.#clock.ticks(), () => this.#end(type));
    return false;
  }

  /** Tells what is not told yet; no timer is armed afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const [type, { end }] of this.#minutes) {
      end?.cancel();
      this.#end(type);
    }
  }

  #minuteOf(type: RelayLogType): Minute {
    const minute = this.#minutes.get(type);
    const ticks = this.#clock.ticks();
    // One that has a timer is ended by it alone, so that its sum is told.
    if (minute !== undefined && (ticks < minute.endsAt || minute.end !== undefined)) return minute;
    const begun = { since: this.#clock.now(), endsAt: ticks + MINUTE_MS, count: 0, end: undefined };
    this.#minutes.set(type, begun);
    return begun;
  }

  #end(type: RelayLogType): void {
    const minute = this.#minutes.get(type);
    this.#minutes.delete(type);
    const count = (minute?.count ?? 0) - STRANGERS_ENTRIES_PER_MIN;
    if (minute !== undefined && count > 0) this.#tell({ type, count, since: toIsoTime(minute.since) });
  }
}

/** How many entries of a type were left out, and when the minute began in which they would have been written. */
export interface LeftOut {
  readonly type: RelayLogType;
  readonly count: number;
  readonly since: string;
}

interface Minute {
  /** Epoch milliseconds. */
  readonly since: number;
  /** By the clock's ticks. */
  readonly endsAt: number;
  count: number;
  /** Armed once an entry was left out. */
  end: Timer | undefined;
}
