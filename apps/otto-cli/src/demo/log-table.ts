import type { LogEntry } from '@telepat/otto-protocol';
import { factsOf } from '../logs/entry-facts.js';

/** Log entries as a table for people: when, who, what, and the facts that each entry brings. */
export function logTable(entries: readonly LogEntry[]): string {
  const rows = [['time', 'source', 'type', 'action', 'facts'], ...entries.map(rowOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf(entry: LogEntry): string[] {
  const time = entry.timestamp.slice(11, 23);
  return [time, entry.source, entry.type, entry.action ?? '', factsOf(entry)];
}
