import type { LogEntry } from '@telepat/otto-protocol';
import { LOG_ENTRIES_MAX } from '@telepat/otto-protocol/limits';
import { describe, expect, it } from 'vitest';
import { LogTail } from './log-tail.js';

const START = Date.parse('2026-01-31T12:00:00.000Z');

function entry(number: number, facts: Partial<LogEntry> = {}): LogEntry {
  const timestamp = new Date(START + number).toISOString();
  return { id: `id${String(number).padStart(8, '0')}`, timestamp, level: 'info', source: 'relay', type: 'x', ...facts };
}

function numbersIn(parts: ReturnType<LogTail['take']>): (number | string)[] {
  return parts.map((part) => ('gap' in part ? part.gap : Number(part.entry.id.slice(2))));
}

describe('the tail of a log', () => {
  it('gives each entry once, though the answers overlap', () => {
    const tail = new LogTail({ startAt: START });
    expect(numbersIn(tail.take([entry(1), entry(2)]))).toEqual([1, 2]);
    expect(numbersIn(tail.take([entry(1), entry(2), entry(3)]))).toEqual([3]);
    expect(numbersIn(tail.take([entry(2), entry(3)]))).toEqual([]);
  });

  it('takes entries that come late, within the same moment or a little before it', () => {
    const tail = new LogTail({ startAt: START });
    tail.take([entry(500)]);
    expect(tail.since).toBe(new Date(START + 400).toISOString());
    const late = [entry(450), entry(500), entry(500, { id: 'other' })];
    expect(tail.take(late).map((part) => ('entry' in part ? part.entry.id : ''))).toEqual(['id00000450', 'other']);
  });

  it('asks from its start on when nothing was there yet', () => {
    const tail = new LogTail({ startAt: START });
    expect(tail.since).toBeUndefined();
    expect(tail.take([])).toEqual([]);
    expect(tail.since).toBe(new Date(START - 100).toISOString());
    expect(numbersIn(tail.take([entry(5)]))).toEqual([5]);
  });

  it('remembers only what the next answer can hold again', () => {
    const tail = new LogTail({ startAt: START });
    tail.take([entry(1), entry(1_000)]);
    // What is long past would be new if it came again: it was forgotten.
    expect(numbersIn(tail.take([entry(1), entry(1_000)]))).toEqual([1]);
  });

  it('says when entries were lost before they reached the disk', () => {
    const tail = new LogTail({ startAt: START });
    const lost = entry(2, { type: 'log_entries_dropped', data: { count: 7 } });
    expect(numbersIn(tail.take([entry(1), lost]))).toEqual([1, expect.stringContaining('7 entries were lost'), 2]);
  });

  it('says when the relay was started anew without having stopped', () => {
    const tail = new LogTail({ startAt: START });
    const parts = tail.take([entry(1), entry(2, { type: 'relay_started' })]);
    expect(numbersIn(parts)).toEqual([1, expect.stringContaining('did not stop in order'), 2]);
  });

  it('takes no word of a node for the relay', () => {
    const tail = new LogTail({ startAt: START });
    const types = ['relay_started', 'log_entries_dropped', 'relay_stopping'];
    const parts = tail.take([entry(1), ...types.map((type, index) => entry(2 + index, { type, source: 'node' }))]);
    expect(numbersIn(parts)).toEqual([1, 2, 3, 4]);
    expect(numbersIn(tail.take([entry(5, { type: 'relay_started' })]))).toHaveLength(2);
  });

  it('says nothing of a relay that stopped in order, or of the first start there is', () => {
    const tail = new LogTail({ startAt: START });
    const started = { type: 'relay_started' };
    const parts = tail.take([entry(1, started), entry(2, { type: 'relay_stopping' }), entry(3), entry(4, started)]);
    expect(numbersIn(parts)).toEqual([1, 2, 3, 4]);
  });

  it('says when an answer was full and no longer reaches back to what is known', () => {
    const tail = new LogTail({ startAt: START });
    tail.take([entry(0)]);
    const full = Array.from({ length: LOG_ENTRIES_MAX }, (_, index) => entry(10 + index));
    expect(numbersIn(tail.take(full))[0]).toContain('more entries came at once');
  });

  it('says so too when it had nothing yet, but not of what it begins with', () => {
    const full = Array.from({ length: LOG_ENTRIES_MAX }, (_, index) => entry(10 + index));
    const tail = new LogTail({ startAt: START });
    tail.take([]);
    expect(numbersIn(tail.take(full))[0]).toContain('more entries came at once');
    expect(numbersIn(new LogTail({ startAt: START }).take(full))).toHaveLength(LOG_ENTRIES_MAX);
  });

  it('goes on, and says so, when the clock of the relay was set back', () => {
    const tail = new LogTail({ startAt: START });
    tail.take([entry(3_600_000)]);
    expect(tail.hear(entry(3_600_000).timestamp)).toEqual([]);
    expect(tail.hear('')).toEqual([]);
    expect(numbersIn(tail.hear(entry(5_000).timestamp))).toEqual([expect.stringContaining('clock of the relay')]);
    expect(tail.since).toBe(entry(4_900).timestamp);
    expect(numbersIn(tail.take([entry(5_000)]))).toEqual([5_000]);
  });
});
