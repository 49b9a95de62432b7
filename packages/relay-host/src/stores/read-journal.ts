import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { isObject } from '@telepat/otto-protocol';
import type { Change } from '@telepat/otto-relay-core';
import type { StoreFormat } from './store-format.js';

const NEWLINE = 0x0a;

/** Lines that are read before others get a turn: whoever asks who holds the folder must not wait for all of them. */
const LINES_PER_TURN = 500;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a journal line by line: each is one write, of one or several changes. A damaged line is set aside and
 * costs no other; values that are past their time are counted and left out.
 */
export async function readJournal<T>(
  bytes: Uint8Array,
  format: StoreFormat<T>,
  now: number,
): Promise<JournalContent<T>> {
  const lineChanges = changesSchema(format.schema);
  const items = new Map<string, T>();
  const damaged: Uint8Array[] = [];
  let changeCount = 0;
  let hasLegacy = false;
  let lineCount = 0;

  for (const line of linesOf(bytes)) {
    lineCount += 1;
    if (lineCount % LINES_PER_TURN === 0) await nextTurn();
    const value = jsonOf(line);
    const parsed = lineChanges.safeParse(value);
    const legacy = parsed.success ? undefined : format.legacy(value);
    hasLegacy ||= legacy !== undefined;
    const changes = parsed.data?.changes ?? (legacy && [{ put: legacy.id, value: legacy.value }]);
    if (changes === undefined) {
      damaged.push(line);
      continue;
    }
    changeCount += changes.length;
    applyChanges(items, changes);
  }
  const expired = removeExpired(items, format, now);
  const endsWithNewline = bytes.length === 0 || bytes.at(-1) === NEWLINE;
  return { items, damaged, changeCount, expired, hasLegacy, endsWithNewline };
}

/** Makes the changes of one write in memory. */
export function applyChanges<T>(items: Map<string, T>, changes: readonly Change<T>[]): void {
  for (const change of changes) {
    if ('put' in change) items.set(change.put, change.value);
    else items.delete(change.remove);
  }
}

/** The line of one write. */
export function journalLine<T>(changes: readonly Change<T>[]): string {
  return `${JSON.stringify({ changes })}\n`;
}

function changesSchema<T>(schema: z.ZodType<T>) {
  const put = z.object({ put: z.string(), value: schema });
  return z.object({ changes: z.array(z.union([put, z.object({ remove: z.string() })])) });
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** The line as an object; undefined for anything else, also for bytes that are no UTF-8. */
function jsonOf(line: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(line));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function removeExpired<T>(items: Map<string, T>, format: StoreFormat<T>, now: number): number {
  const before = items.size;
  for (const [id, value] of items) {
    if ((format.expiresAt?.(value) ?? Infinity) <= now) items.delete(id);
  }
  return before - items.size;
}

export interface JournalContent<T> {
  readonly items: Map<string, T>;
  /** The lines that could not be understood, as they are. */
  readonly damaged: readonly Uint8Array[];
  /** Changes in the file, dead ones included. */
  readonly changeCount: number;
  readonly expired: number;
  readonly hasLegacy: boolean;
  readonly endsWithNewline: boolean;
}
