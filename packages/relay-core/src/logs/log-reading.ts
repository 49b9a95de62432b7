import { OttoError, type LogEntry } from '@telepat/otto-protocol';
import { LOG_ENTRIES_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '../ports/clock.js';
import type { ArchiveQuery, Hangup, LogArchive } from '../ports/log-archive.js';
import { EXPORT_LOOK_BACK_MS, LIST_LOOK_BACK_MS, entryFilter, type LogFilter } from './log-query.js';
import type { PlainViewer, Viewer } from './visibility.js';

/** Queries of the archive that run at a time: those of everybody; one reader has one. */
const ARCHIVE_QUERIES_MAX = 8;

/** Of those, for whoever sees all: readers who take nothing of their exports do not keep the relay's owner from the log. */
const RESERVED_QUERIES = 1;

/** Reads the log for those who ask: from memory as far as that reaches, else from the archive. */
export class LogReading {
  readonly #clock: Clock;
  readonly #recent: RecentLog;
  readonly #archive: LogArchive | undefined;
  /** Readers whose query of the archive runs. */
  readonly #running = new Set<string>();

  constructor(options: { clock: Clock; recent: RecentLog; archive: LogArchive | undefined }) {
    this.#clock = options.clock;
    this.#recent = options.recent;
    this.#archive = options.archive;
  }

  /**
   * The newest entries that match and that the reader may see, oldest first; ten thousand unless `latest` says fewer.
   *
   * @throws OttoError `invalid_since`, `too_many_queries`, `log_unavailable`
   */
  async list(reader: LogReader, filter: LogFilter, hangup?: Hangup): Promise<LogEntry[]> {
    const query = this.#query(reader, filter, LIST_LOOK_BACK_MS);
    const countMax = Math.min(filter.latest ?? LOG_ENTRIES_MAX, LOG_ENTRIES_MAX);
    const recent = this.#recent.query(reader.viewer, { ...filter, since: query.filter.since || BEGINNING });
    const isEnough = recent.length >= countMax || this.#recent.reachesBackTo(query.filter.since);
    if (this.#archive === undefined || isEnough) return recent;

    const leave = this.#enter(reader);
    try {
      return merged(await this.#archive.list(query, countMax, hangup), recent, countMax);
    } finally {
      leave();
    }
  }

  /**
   * Everything that matches and that the reader may see, oldest first, as lines of JSON. Resolves when the first of
   * them are there, so that whatever keeps them from coming is known before an answer begins.
   *
   * @throws OttoError `invalid_since`, `too_many_queries`, `log_unavailable`
   */
  async export(reader: LogReader, filter: LogFilter, hangup?: Hangup): Promise<AsyncIterable<LogChunk>> {
    if (this.#archive === undefined || filter.latest !== undefined) {
      const since = this.#query(reader, filter, EXPORT_LOOK_BACK_MS).filter.since || BEGINNING;
      return linesOf(await this.list(reader, { ...filter, since }, hangup));
    }
    const query = this.#query(reader, filter, EXPORT_LOOK_BACK_MS);
    this.#recent.flush();
    const leave = this.#enter(reader);
    hangup?.addEventListener('abort', leave, { once: true });
    const chunks = this.#archive.export(query, hangup)[Symbol.asyncIterator]();
    try {
      return resumed(await chunks.next(), chunks, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** What there is to read. */
  status(): LogStatus {
    const { totalEvents, oldest, newest } = this.#recent.status();
    const archive = this.#archive?.status();
    const first = archive?.oldest ?? (this.#recent.reachesBackTo('') ? oldest : undefined);
    return {
      retentionDays: archive?.retentionDays ?? 0,
      totalEvents: archive?.totalEvents ?? totalEvents,
      sizeBytes: archive?.sizeBytes ?? 0,
      maxFileBytes: archive?.maxFileBytes ?? 0,
      ...(first === undefined ? {} : { oldest: first }),
      ...(newest === undefined ? {} : { newest }),
      isCounting: archive?.isCounting ?? false,
    };
  }

  #query({ viewer }: LogReader, filter: LogFilter, lookBackMs: number): ArchiveQuery {
    return { viewer, filter: entryFilter(filter, { now: this.#clock.now(), lookBackMs }) };
  }

  #enter({ name, viewer }: LogReader): () => void {
    const countMax = viewer.seesAll ? ARCHIVE_QUERIES_MAX : ARCHIVE_QUERIES_MAX - RESERVED_QUERIES;
    if (this.#running.has(name) || this.#running.size >= countMax) throw new OttoError('too_many_queries');
    this.#running.add(name);
    let isIn = true;
    return () => {
      if (isIn) this.#running.delete(name);
      isIn = false;
    };
  }
}

/** Long before the first entry. */
const BEGINNING = '1970-01-01T00:00:00.000Z';

/** Entries that the disk refused are in memory only, older ones in the archive only, and most in both. */
function merged(archived: readonly LogEntry[], recent: readonly LogEntry[], countMax: number): LogEntry[] {
  const byId = new Map(archived.map((entry) => [entry.id, entry]));
  for (const entry of recent) byId.set(entry.id, entry);
  return [...byId.values()].sort(byTime).slice(-countMax);
}

function byTime(left: LogEntry, right: LogEntry): number {
  if (left.timestamp !== right.timestamp) return left.timestamp < right.timestamp ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}

/** Asynchronous like an export of the archive, of which it is the small sister. */
async function* linesOf(entries: readonly LogEntry[]): AsyncGenerator<LogChunk> {
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

/** An iteration whose first step is done already. */
function resumed(
  first: IteratorResult<LogChunk>,
  rest: AsyncIterator<LogChunk>,
  onEnd: () => void,
): AsyncIterable<LogChunk> {
  let next: Promise<IteratorResult<LogChunk>> | undefined = Promise.resolve(first);
  const iterator: AsyncIterator<LogChunk> = {
    next: async () => {
      const step = next ?? rest.next();
      next = undefined;
      try {
        const result = await step;
        if (result.done === true) onEnd();
        return result;
      } catch (error) {
        onEnd();
        throw error;
      }
    },
    return: async () => {
      onEnd();
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** Who reads the log: what it may see, and a name under which its queries are counted. */
export interface LogReader {
  readonly name: string;
  readonly viewer: PlainViewer;
}

/** Some whole lines. */
export type LogChunk = Uint8Array | string;

/** The newest entries, in memory. */
export interface RecentLog {
  /** Hands to the sink what was written, so that the archive has it, too. */
  flush(): void;
  query(viewer: Viewer, filter: LogFilter): LogEntry[];
  /** Whether every entry since a time is remembered; an empty time is the beginning. */
  reachesBackTo(since: string): boolean;
  status(): { totalEvents: number; oldest?: string; newest?: string };
}

export interface LogStatus {
  readonly retentionDays: number;
  readonly totalEvents: number;
  readonly sizeBytes: number;
  readonly maxFileBytes: number;
  readonly oldest?: string;
  readonly newest?: string;
  readonly isCounting: boolean;
}
