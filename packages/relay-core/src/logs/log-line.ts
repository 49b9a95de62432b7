import type { LogEntry } from '@telepat/otto-protocol';
import type { EntryFilter } from './log-query.js';

/** An entry as one line of JSON, without its line break. */
export function lineOf(entry: LogEntry): string {
  return JSON.stringify(entry);
}

/** The entry of a line that `lineOf` has made: nobody else has touched it, so it needs no second look. */
export function entryOf(line: string): LogEntry {
  return JSON.parse(line);
}

/**
 * What is found in the line of every entry that passes a filter, and in few others: to look for it takes a sixth of
 * the time that reading the line does (0.3 µs of 1.8), and most of what is looked through does not pass.
 */
export function marksOf({ level, source, nodeId, requestId }: EntryFilter): readonly string[] {
  return Object.entries({ level, source, nodeId, requestId }).flatMap(([key, value]) =>
    value === undefined ? [] : [`"${key}":${JSON.stringify(value)}`],
  );
}
