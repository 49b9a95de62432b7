import type { LogEntry } from '@telepat/otto-protocol';
import { LOG_ENTRIES_MAX } from '@telepat/otto-protocol/limits';

/** How far each query reaches back before the newest known entry: the relay's clock may be set back a little. */
const OVERLAP_MS = 100;

/** The end of a growing log: takes one answer after another, and gives what is new in each, and where something is missing. */
export class LogTail {
  /** Entries that the next answer will hold again. */
  #known = new Map<string, LogEntry>();
  #newestAt: number | undefined;
  #last: LogEntry | undefined;
  #isStopping = false;
  readonly #startAt: number;

  /** @param options.startAt from when on to ask if the first answer holds nothing: epoch milliseconds of the relay */
  constructor(options: { startAt: number }) {
    this.#startAt = options.startAt;
  }

  /** From when on to ask; nothing before the first answer. */
  get since(): string | undefined {
    return this.#newestAt === undefined ? undefined : new Date(this.#newestAt - OVERLAP_MS).toISOString();
  }

  /** The newest entry so far. */
  get last(): LogEntry | undefined {
    return this.#last;
  }

  /** @param page entries since {@link since}, oldest first, and all of them unless there are ten thousand */
  take(page: readonly LogEntry[]): TailPart[] {
    const fresh = page.filter((entry) => !this.#known.has(entry.id));
    const isFirst = this.#newestAt === undefined;
    const isCut = !isFirst && page.length >= LOG_ENTRIES_MAX && fresh.length === page.length;
    const parts: TailPart[] = isCut ? [{ gap: MANY }] : [];
    for (const entry of fresh) {
      const gap = this.#gapBefore(entry);
      if (gap !== undefined) parts.push({ gap });
      parts.push({ entry });
      this.#last = entry;
      // Nodes may write entries of any type.
      if (entry.source !== 'relay') continue;
      if (entry.type === 'relay_stopping') this.#isStopping = true;
      if (entry.type === 'relay_started') this.#isStopping = false;
    }
    this.#remember(page);
    return parts;
  }

  /**
   * Takes in what the relay wrote last, when nothing has come for a while: its clock may have been set back, and then
   * nothing would come until it has caught up.
   *
   * @param newest ISO-8601
   */
  hear(newest: string): TailPart[] {
    const at = Date.parse(newest);
    if (this.#newestAt === undefined || !(at < this.#newestAt - OVERLAP_MS)) return [];
    this.#newestAt = at;
    return [{ gap: `the clock of the relay was set back; what it logged shortly before ${newest} may be missing` }];
  }

  #gapBefore(entry: LogEntry): string | undefined {
    if (entry.source !== 'relay') return undefined;
    if (entry.type === 'log_entries_dropped') {
      const count = entry.data?.['count'];
      return `${typeof count === 'number' ? count : 'some'} entries were lost before they reached the disk`;
    }
    const isUnexpected = entry.type === 'relay_started' && this.#last !== undefined && !this.#isStopping;
    return isUnexpected ? KILLED : undefined;
  }

  #remember(page: readonly LogEntry[]): void {
    const times = page.map(({ timestamp }) => Date.parse(timestamp));
    const former = this.#newestAt ?? (page.length === 0 ? this.#startAt : 0);
    this.#newestAt = times.reduce((newest, at) => Math.max(newest, at), former);
    const from = this.since ?? '';
    const kept = [...this.#known.values(), ...page].filter(({ timestamp }) => timestamp >= from);
    this.#known = new Map(kept.map((entry) => [entry.id, entry]));
  }
}

const MANY =
  'more entries came at once than one answer holds; those in between are in the files: otto logs export --since …';

const KILLED = 'the relay did not stop in order; entries of its last moments may be missing';

/** An entry that is new, or what is missing before the next one. */
export type TailPart = { readonly entry: LogEntry } | { readonly gap: string };
