import { describe, expect, it } from 'vitest';
import type { LogEntry } from '@telepat/otto-protocol';
import { entryOf, lineOf, marksOf } from './log-line.js';

const entry: LogEntry = {
  id: 'one',
  timestamp: '2026-01-01T00:00:00.000Z',
  level: 'info',
  source: 'controller',
  type: 'command_routed',
  requestId: 'quote " and \\ and é and \ud800',
  nodeId: 'n1',
  data: { keys: ['a'], waitedMs: 0 },
};

describe('a line of the log', () => {
  it('gives back the entry that it was made of', () => {
    expect(entryOf(lineOf(entry))).toEqual(entry);
    expect(lineOf(entry)).not.toContain('\n');
  });

  it('holds the marks of every filter that its entry passes', () => {
    const { level, source, nodeId, requestId } = entry;
    const marks = marksOf({ since: '', level, source, ...(nodeId && { nodeId }), ...(requestId && { requestId }) });

    expect(marks).toHaveLength(4);
    for (const mark of marks) expect(lineOf(entry)).toContain(mark);
  });

  it('lacks the mark of what its entry is not', () => {
    const marks = [...marksOf({ since: '', level: 'warn' }), ...marksOf({ since: '', requestId: 'quote' })];

    for (const mark of marks) expect(lineOf(entry)).not.toContain(mark);
  });

  it('a filter by time alone has no marks', () => {
    expect(marksOf({ since: '2026-01-01T00:00:00.000Z' })).toEqual([]);
  });
});
