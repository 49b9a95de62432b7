import { NODE_DURABLE_RECORDS_MAX, NODE_OUTCOMES_CHARS_MAX, NODE_OUTCOMES_MAX } from '@telepat/otto-protocol/limits';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { beforeEach, expect, it } from 'vitest';
import { DurableRecords, RECORD_MS_MAX } from './durable-records.js';
import type { NodeCommand } from './node-command.js';
import { completed, type Terminal } from './outcome.js';

let clock: ManualClock;
let records: DurableRecords;

beforeEach(() => {
  clock = new ManualClock();
  records = new DurableRecords(clock);
});

it('a command is running until it has its outcome, which is kept', () => {
  expect(phaseOf('r1')).toBe('never_received');
  records.begin(command('r1'));
  expect(phaseOf('r1')).toBe('running');

  records.end(command('r1'), terminal('done'));

  expect(records.ask({ requestId: 'r1', key: 'k' })).toMatchObject({
    phase: 'done',
    outcome: { payload: { data: 'done' } },
  });
});

it('the same id with another key is another command, and one without a key is none', () => {
  records.begin(command('r1'));
  records.begin({ requestId: 'r2', action: 'a', input: {}, timeoutMs: 1 });

  expect(records.ask({ requestId: 'r1', key: 'other' }).phase).toBe('never_received');
  expect(phaseOf('r2')).toBe('never_received');
});

it('the newest outcomes are kept, and of older ones that they were here', () => {
  for (let count = 0; count <= NODE_OUTCOMES_MAX; count += 1) run(`r${count}`);

  expect([phaseOf('r0'), phaseOf('r1'), phaseOf(`r${NODE_OUTCOMES_MAX}`)]).toEqual(['forgotten', 'done', 'done']);
});

it('large outcomes give way sooner, and one that took the place of another counts once', () => {
  run('r1', NODE_OUTCOMES_CHARS_MAX);
  records.end(command('r1'), terminal('short', 10));
  run('r2', NODE_OUTCOMES_CHARS_MAX - 10);
  expect([phaseOf('r1'), phaseOf('r2')]).toEqual(['done', 'done']);

  run('r3', 1);

  expect([phaseOf('r1'), phaseOf('r2'), phaseOf('r3')]).toEqual(['forgotten', 'done', 'done']);
});

it('once a record had to give way, nothing is certain of what is not on record, until nobody asks after it any more', () => {
  records.begin(command('running'));
  for (let count = 0; count < NODE_DURABLE_RECORDS_MAX; count += 1) run(`r${count}`);

  expect([phaseOf('running'), phaseOf('r0'), phaseOf('r1'), phaseOf('never')]).toEqual([
    'running',
    'forgotten',
    'forgotten',
    'forgotten',
  ]);
  clock.advance(RECORD_MS_MAX + 1);
  expect([phaseOf('r1'), phaseOf('never')]).toEqual(['forgotten', 'never_received']);
});

function run(requestId: string, chars = 1): void {
  records.begin(command(requestId));
  records.end(command(requestId), terminal(requestId, chars));
}

function phaseOf(requestId: string): string {
  return records.ask({ requestId, key: 'k' }).phase;
}

function command(requestId: string): NodeCommand {
  return { requestId, action: 'primitive.tab.open', input: {}, timeoutMs: 1_000, key: 'k' };
}

function terminal(data: string, chars = 1): Terminal {
  return { outcome: completed(command('r'), { data, durationMs: 1, warnings: [] }), text: 'x'.repeat(chars) };
}
