import { toIsoTime, type ExtensionLogEvent, type LogEntry } from '@telepat/otto-protocol';
import { LOG_ENTRIES_MAX, LOG_ENTRY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { LogArchive } from '../ports/log-archive.js';
import type { LineFacts, LogSink } from '../ports/log-sink.js';
import { BATCH_LINES_MAX, EntryRing } from './entry-ring.js';
import { LogDrafts, type Draft } from './log-drafts.js';
import type { LogEvent } from './log-event.js';
import { encodeLines, entryOf, lineOf, marksOf } from './log-line.js';
import { LIST_LOOK_BACK_MS, entryFilter, passes, type LogFilter } from './log-query.js';
import { LogReading, type RecentLog } from './log-reading.js';
import { plainLineOf, type Stamp } from './plain-line.js';
import { redactData, redactText, redactWithin } from './redact.js';
import { StrangersLimit } from './strangers-limit.js';
import { summaryOf, type Summary } from './summary.js';
import { visibleTo, type Viewer } from './visibility.js';

/** Names, punctuation, id, time, level and source of an entry, as JSON. */
const FRAME_BYTES_MAX = 512;

/** One UTF-16 unit takes no more than this in JSON: `\u0000`. */
const UNIT_BYTES_MAX = 6;

/** Writes the operation log: stamps and redacts entries, hands them to the sink, and remembers the newest ones. */
export class LogBook implements RecentLog {
  /** For those who ask what was written, as far back as it is kept. */
  readonly reading: LogReading;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #sink: LogSink;
  readonly #keepsPayloads: boolean;
  readonly #onOwnEntry: ((event: LogEvent) => void) | undefined;
  readonly #isFollowed: () => boolean;
  readonly #reportBug: (error: unknown) => void;
  readonly #strangers: StrangersLimit;
  readonly #drafts: LogDrafts<LogEvent>;
  readonly #ring = new EntryRing(LOG_ENTRIES_MAX);
  /** Whether the entries that the ring began with were all that there were. */
  readonly #beganWhole: boolean;
  #total = 0;
  #isClosed = false;
  // Making the text costs more than the rest of an entry, and many entries share a millisecond.
  #stampedAt = Number.NaN;
  #timestamp = '';

  constructor(options: LogBookOptions) {
    const { clock, archive } = options;
    this.#clock = clock;
    this.#ids = options.ids;
    this.#sink = options.sink;
    this.#keepsPayloads = options.keepsPayloads ?? false;
    this.#onOwnEntry = options.onOwnEntry;
    this.#isFollowed = options.isFollowed ?? (() => false);
    this.#reportBug = options.reportBug;
    this.#beganWhole = archive?.holdsMoreThanRecent !== true;
    this.#strangers = new StrangersLimit(clock, (data) =>
      this.write({ level: 'warn', source: 'relay', type: 'refusals_left_out', data: { ...data } }),
    );
    this.#drafts = new LogDrafts(clock, (drafts) => this.#flushAll(drafts));
    this.reading = new LogReading({ clock, recent: this, archive });
    const recent = (options.recent ?? []).map(lineOf);
    for (let at = 0; at < recent.length; at += BATCH_LINES_MAX) this.#keep(recent.slice(at, at + BATCH_LINES_MAX));
  }

  /**
   * Writes an entry of the relay's own. Ids, names and codes in it may be the words of a peer: what looks like a secret
   * is left out there, too. `clientId` and `controllerId` are the relay's, and are taken as they are.
   */
  write(event: LogEvent): void {
    this.flush();
    this.#add(this.#ownEntry(event, this.#stamp(this.#clock.now())));
    this.#tell(event);
  }

  /**
   * The same for what follows every command: the entry is completed a moment later, together with others, and before
   * anybody reads. Nothing may change its data any more. Followers get each at once, and whole payloads are too large to
   * be kept for that moment.
   */
  writeSoon(event: LogEvent): void {
    if (this.#keepsPayloads || this.#isClosed || this.#isFollowed()) this.write(event);
    else this.#drafts.add(event);
  }

  /** Completes whatever was written soon, for whoever begins to follow the log, or reads it elsewhere. */
  flush(): void {
    this.#drafts.flush();
  }

  /**
   * Writes an entry that anybody who reaches the port can provoke: of each type so many a minute. The others are only
   * counted, and summed up in one entry when the minute is over.
   */
  writeOfStranger(event: LogEvent): void {
    if (this.#strangers.admits(event.type)) this.write(event);
    else this.#tell(event);
  }

  /** Writes what was left out until now; no timer is armed afterwards. Entries may still follow. */
  close(): void {
    this.#strangers.close();
    this.#isClosed = true;
    this.flush();
  }

  /** What may be said of a payload in an entry's data: its size and its keys, or all of it where that is wanted. */
  summary(payload: unknown, byteLength: number): Summary {
    return summaryOf(payload, { byteLength, keepsPayload: this.#keepsPayloads });
  }

  /**
   * Writes an entry that a node sent, under the node's authenticated id and the relay's time; the node's own time goes
   * into the data. `owner` is the client whose command it is about, if that is known.
   */
  writeFromNode(nodeId: string, entry: ExtensionLogEvent['entry'], owner: EntryOwner = {}): void {
    const { type, level = 'info', timestamp, requestId, traceId, action, status, data } = entry;
    const fields = {
      level,
      source: 'node' as const,
      type: redactText(type),
      ...(requestId === undefined ? {} : { requestId: redactText(requestId) }),
      ...(traceId === undefined ? {} : { traceId: redactText(traceId) }),
      nodeId,
      ...owner,
      ...(action === undefined ? {} : { action: redactText(action) }),
      ...(status === undefined ? {} : { status: redactText(status) }),
    };
    const said = timestamp === undefined ? data : { ...data, nodeTimestamp: timestamp };
    this.flush();
    this.#add({
      ...this.#stamp(this.#clock.now()),
      ...fields,
      ...(said === undefined ? {} : { data: redactData(said, dataBytesLeft(fields)) }),
    });
  }

  /**
   * The remembered entries that match and that the viewer may see, oldest first.
   *
   * @throws OttoError `invalid_since`
   */
  query(viewer: Viewer, filter: LogFilter): LogEntry[] {
    this.flush();
    const wanted = entryFilter(filter, { now: this.#clock.now(), lookBackMs: LIST_LOOK_BACK_MS });
    const countMax = Math.min(filter.latest ?? LOG_ENTRIES_MAX, LOG_ENTRIES_MAX);
    const found: LogEntry[] = [];
    const marks = marksOf(wanted);
    for (const line of this.#ring.newestFirst()) {
      if (found.length >= countMax) break;
      if (!marks.every((mark) => line.includes(mark))) continue;
      const entry = entryOf(line);
      if (passes(wanted, entry) && visibleTo(viewer, entry)) found.push(entry);
    }
    return found.reverse();
  }

  reachesBackTo(since: string): boolean {
    this.flush();
    if (this.#beganWhole && this.#total <= LOG_ENTRIES_MAX) return true;
    const { oldest } = this.#ring;
    // Of those that share the time of the oldest one, some may be forgotten.
    return oldest !== undefined && since > oldest.timestamp;
  }

  /** How many entries there were, those of earlier runs that were given included, and the times of the remembered. */
  status(): { totalEvents: number; oldest?: string; newest?: string } {
    this.flush();
    const { oldest, newest } = this.#ring;
    return {
      totalEvents: this.#total,
      ...(oldest === undefined ? {} : { oldest: oldest.timestamp }),
      ...(newest === undefined ? {} : { newest: newest.timestamp }),
    };
  }

  #ownEntry(event: LogEvent, { id, timestamp }: Stamp): LogEntry {
    // One spread, and last: any other way to copy costs ten to thirty times as much.
    const entry: OpenEntry = { id, timestamp, ...event };
    const { requestId, traceId, nodeId, action, status, data } = event;
    if (requestId !== undefined) entry.requestId = redactWithin(requestId);
    if (traceId !== undefined) entry.traceId = redactWithin(traceId);
    if (nodeId !== undefined) entry.nodeId = redactWithin(nodeId);
    if (action !== undefined) entry.action = redactWithin(action);
    if (status !== undefined) entry.status = redactWithin(status);
    if (data !== undefined) entry.data = redactData(data, dataBytesLeft(event));
    return entry;
  }

  /** One that cannot be written is a bug that costs itself, and none of those who came with it. */
  #flushAll(drafts: readonly Draft<LogEvent>[]): void {
    const facts: LineFacts[] = [];
    const lines: string[] = [];
    for (const { event, at } of drafts) {
      try {
        const stamp = this.#stamp(at);
        lines.push(plainLineOf(event, stamp) ?? lineOf(this.#ownEntry(event, stamp)));
        facts.push({ level: event.level, timestamp: stamp.timestamp });
      } catch (error) {
        this.#reportBug(error);
      }
      this.#tell(event);
    }
    if (lines.length === 0) return;
    try {
      this.#sink.write({ lines: facts, bytes: this.#keep(lines) });
    } catch (error) {
      this.#reportBug(error);
    }
  }

  /** Whoever counts must not throw; if they do, the entry is there all the same. */
  #tell(event: LogEvent): void {
    try {
      this.#onOwnEntry?.(event);
    } catch (error) {
      this.#reportBug(error);
    }
  }

  #add(entry: LogEntry): void {
    const { level, timestamp } = entry;
    this.#sink.write({ lines: [{ level, timestamp }], bytes: this.#keep([lineOf(entry)]) });
  }

  /** Remembers lines, and gives their bytes, which are encoded once for memory and sink. */
  #keep(lines: readonly string[]): Uint8Array {
    const bytes = encodeLines(lines);
    this.#total += lines.length;
    this.#ring.push(bytes, lines.length);
    return bytes;
  }

  /** An id, and the text of a time. */
  #stamp(at: number): Stamp {
    if (at !== this.#stampedAt) {
      this.#stampedAt = at;
      this.#timestamp = toIsoTime(at);
    }
    return { id: this.#ids.logEntryId(at), timestamp: this.#timestamp };
  }
}

/** What is left for an entry's data; never little, because every kept string is bounded. */
function dataBytesLeft(fields: Omit<LogEvent, 'type'> & { type: string }): number {
  const ids = lengthOf(fields.requestId) + lengthOf(fields.traceId) + lengthOf(fields.nodeId);
  const owner = lengthOf(fields.clientId) + lengthOf(fields.controllerId);
  const units = ids + owner + fields.type.length + lengthOf(fields.action) + lengthOf(fields.status);
  return LOG_ENTRY_BYTES_MAX - FRAME_BYTES_MAX - units * UNIT_BYTES_MAX;
}

function lengthOf(text: string | undefined): number {
  return text === undefined ? 0 : text.length;
}

export interface LogBookOptions {
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly sink: LogSink;
  /** Entries of an earlier run, oldest first; the archive keeps what is older, too. */
  readonly recent?: readonly LogEntry[];
  readonly archive?: LogArchive | undefined;
  /** Keep the data of commands and results, too; by default only its size and keys. */
  readonly keepsPayloads?: boolean;
  /** Whether somebody is given each entry as it is written. */
  readonly isFollowed?: () => boolean;
  readonly reportBug: (error: unknown) => void;
  /** Told of what `write` wrote, and of what `writeOfStranger` left out. */
  readonly onOwnEntry?: ((event: LogEvent) => void) | undefined;
}

/** The client, or the login without one, that an entry is about. */
export interface EntryOwner {
  readonly clientId?: string;
  readonly controllerId?: string;
}

type OpenEntry = { -readonly [Field in keyof LogEntry]: LogEntry[Field] };
