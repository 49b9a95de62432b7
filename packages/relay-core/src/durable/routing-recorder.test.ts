import { expect, it } from 'vitest';
import { ManualClock, MemoryJournal, settled } from '../testing/index.js';
import { DurableEntry } from './durable-entry.js';
import { RoutingRecorder } from './routing-recorder.js';

it('a record that nobody waits for any more counts for its identity until the journal has answered for it', async () => {
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  journal.holds = true;
  const recorder = new RoutingRecorder(clock, journal);
  const endings: string[] = [];
  const record = (requestId: string): DurableEntry => {
    const order = { identity: 'i1', nodeId: 'n1', key: requestId, hash: 'h', requestId, at: 0, action: 'a' };
    const entry = new DurableEntry(order, { phase: 'unknown' });
    const note = (ending: string) => () => void endings.push(`${requestId} ${ending}`);
    recorder.record(entry, { ready: note('ready'), tooLate: note('too late'), failed: note('failed') });
    return entry;
  };

  const abandoned = record('abandoned');
  record('slow');
  expect(recorder.strayCount('i1')).toBe(0);
  recorder.abandon(abandoned);
  recorder.abandon(abandoned);
  expect(recorder.strayCount('i1')).toBe(1);
  clock.advance(60_000);
  expect([recorder.strayCount('i1'), recorder.strayCount('i2')]).toEqual([2, 0]);
  record('awaited');

  journal.sync();
  await settled();
  expect(recorder.strayCount('i1')).toBe(0);
  expect(endings).toEqual(['slow failed', 'abandoned too late', 'slow too late', 'awaited ready']);
});
