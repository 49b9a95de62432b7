import type { Clock } from '../ports/clock.js';
import type { TokenFamilies } from './token-families.js';
import { WallAlarm } from './wall-alarm.js';

/** How late the end of a family may be noticed when the wall clock was moved. */
const LOOK_MS = 3_600_000;

/** Ends that are close together are dealt with at once. */
const PAUSE_MS = 1_000;

/** Ends families that nobody refreshed in time, and with them the sessions that outlived their access token. */
export class FamilyExpiry {
  readonly #clock: Clock;
  readonly #families: TokenFamilies;
  readonly #reportBug: (error: unknown) => void;
  readonly #alarm: WallAlarm;

  constructor(options: { clock: Clock; families: TokenFamilies; reportBug: (error: unknown) => void }) {
    this.#clock = options.clock;
    this.#families = options.families;
    this.#reportBug = options.reportBug;
    this.#alarm = new WallAlarm(options.clock, { lookEveryMs: LOOK_MS, ring: () => this.#expire() });
  }

  /** Starts to watch the families that there are. */
  watch(): void {
    let earliest: number | undefined;
    for (const { endsAt } of this.#families.ends()) {
      if (earliest === undefined || endsAt < earliest) earliest = endsAt;
    }
    if (earliest !== undefined) this.#alarm.set(Math.max(earliest, this.#clock.now() + PAUSE_MS));
  }

  /** Watches a new family, too. */
  watchUntil(endsAt: number): void {
    this.#alarm.setNoLater(endsAt);
  }

  close(): void {
    this.#alarm.close();
  }

  #expire(): void {
    const now = this.#clock.now();
    const expired = [...this.#families.ends()].filter(({ endsAt }) => endsAt <= now).map(({ family }) => family);
    this.#families.end(expired).catch(this.#reportBug);
    this.watch();
  }
}
