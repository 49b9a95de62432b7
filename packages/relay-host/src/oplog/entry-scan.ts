import { LOG_LEVELS, LOG_SOURCES, isObject, type LogEntry } from '@telepat/otto-protocol';
import { passes, visibleTo, type ArchiveQuery } from '@telepat/otto-relay-core';

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** How every line of the relay begins: with the id, which has 26 characters, and the time, which has 24. */
const ID_START = Buffer.from('{"id":"');
const TIME_START = Buffer.from('","timestamp":"');
const ID_LENGTH = 26;
const TIME_LENGTH = 24;
const TIME_AT = ID_START.length + ID_LENGTH + TIME_START.length;

/** A viewer of more nodes is not looked for by bytes. */
const VIEWER_NAMES_MAX = 16;

/**
 * Finds the lines of one query. What can be told from the bytes is: most lines that do not match are never parsed, and
 * for the owner of the relay, who sees everything, no line is.
 */
export class EntryScan {
  readonly #query: ArchiveQuery;
  /** Every one of these stands in each line that matches. */
  readonly #needles: readonly Needle[];
  /** At least one of these does, if there are any. */
  readonly #viewerNeedles: readonly Needle[];
  /** Lines that match were parsed; else only those that do not look like the relay's. */
  readonly parses: boolean;
  /** What a loss of power leaves in the middle of a file; no JSON has it. */
  readonly #hole = new Needle(Buffer.of(0));

  constructor(query: ArchiveQuery) {
    const { requestId, nodeId, level, source } = query.filter;
    this.#query = query;
    // The rarest first: it decides how far one look goes.
    this.#needles = [requestId, nodeId, level, source].flatMap((text) =>
      text === undefined ? [] : [new Needle(jsonOf(text))],
    );
    this.#viewerNeedles = viewerNeedles(query);
    this.parses = !query.viewer.seesAll || this.#needles.length > 0;
  }

  /** Gives each line of a region that matches, in order, as where it begins and where the next one does. */
  each(region: Buffer, take: (start: number, end: number) => void): void {
    for (const needle of this.#needles) needle.enter(region);
    for (const needle of this.#viewerNeedles) needle.enter(region);
    this.#hole.enter(region);
    const [rarest] = this.#needles;
    let start = 0;
    while (start < region.length) {
      if (rarest !== undefined) {
        const found = rarest.from(start);
        if (found === -1) return;
        start = Math.max(start, region.lastIndexOf(NEWLINE, found) + 1);
      }
      const end = region.indexOf(NEWLINE, start) + 1;
      if (this.#matches(region, start, end)) take(start, end);
      start = end;
    }
  }

  #matches(region: Buffer, start: number, end: number): boolean {
    // Torn or damaged lines mostly show here already.
    if (region[start] !== OPEN_BRACE || region[end - 2] !== CLOSE_BRACE) return false;
    const { filter, viewer } = this.#query;
    const isOurs = beginsAsOurs(region, start);
    if (isOurs && filter.since !== '' && timeAt(region, start) < filter.since) return false;
    if (!this.parses && isOurs && !this.#hole.standsIn(start, end)) return true;
    if (!this.#needles.every((needle) => needle.standsIn(start, end))) return false;
    if (this.#viewerNeedles.length > 0 && !this.#viewerNeedles.some((needle) => needle.standsIn(start, end))) {
      return false;
    }
    const entry = parseEntry(region.toString('utf8', start, end));
    return entry !== undefined && passes(filter, entry) && visibleTo(viewer, entry);
  }
}

/** The time of the line that begins somewhere, if it begins as the relay's do: without parsing it. */
export function timeOf(region: Buffer, start: number): string | undefined {
  return beginsAsOurs(region, start) ? timeAt(region, start) : undefined;
}

function beginsAsOurs(region: Buffer, start: number): boolean {
  return equalAt(region, ID_START, start) && equalAt(region, TIME_START, start + ID_START.length + ID_LENGTH);
}

function timeAt(region: Buffer, start: number): string {
  return region.toString('latin1', start + TIME_AT, start + TIME_AT + TIME_LENGTH);
}

/** The entry of a line; undefined if it is none. */
export function parseEntry(line: string): LogEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    // Torn by a crash, or not ours.
    return undefined;
  }
}

const LEVELS: ReadonlySet<unknown> = new Set(LOG_LEVELS);
const SOURCES: ReadonlySet<unknown> = new Set(LOG_SOURCES);
const TEXTS = ['id', 'timestamp', 'type'] as const;
const OPTIONAL_TEXTS = ['requestId', 'traceId', 'nodeId', 'clientId', 'controllerId', 'action', 'status'] as const;

/** As the schema of an entry has it, at a tenth of its cost: a query may parse a million lines. */
function isEntry(value: unknown): value is LogEntry {
  if (!isObject(value) || !LEVELS.has(value['level']) || !SOURCES.has(value['source'])) return false;
  for (const key of TEXTS) if (typeof value[key] !== 'string') return false;
  for (const key of OPTIONAL_TEXTS) if (value[key] !== undefined && typeof value[key] !== 'string') return false;
  const { durationMs, data } = value;
  return (durationMs === undefined || typeof durationMs === 'number') && (data === undefined || isObject(data));
}

/** What of a viewer's own stands in every line that it may see. */
function viewerNeedles({ viewer }: ArchiveQuery): Needle[] {
  const { seesAll, clientId, controllerId, nodeIds } = viewer;
  if (seesAll || nodeIds.size > VIEWER_NAMES_MAX) return [];
  const names = [clientId, controllerId, ...nodeIds].filter((name) => name !== undefined);
  return ['relay', ...names].map((name) => new Needle(jsonOf(name)));
}

function equalAt(region: Buffer, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < bytes.length; index += 1) if (region[at + index] !== bytes[index]) return false;
  return true;
}

function jsonOf(text: string): Buffer {
  return Buffer.from(JSON.stringify(text));
}

/** Bytes that are looked for from the beginning of a region to its end. */
class Needle {
  readonly #bytes: Buffer;
  #region: Buffer = Buffer.alloc(0);
  /** Where it stands next, from the last place on that was asked for; -1 for nowhere. */
  #next = -1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  enter(region: Buffer): void {
    this.#region = region;
    this.#next = region.indexOf(this.#bytes);
  }

  /** Where it stands first from a place on. Places never go back, so that a region is searched once. */
  from(start: number): number {
    if (this.#next !== -1 && this.#next < start) this.#next = this.#region.indexOf(this.#bytes, start);
    return this.#next;
  }

  standsIn(start: number, end: number): boolean {
    const found = this.from(start);
    return found !== -1 && found < end;
  }
}
