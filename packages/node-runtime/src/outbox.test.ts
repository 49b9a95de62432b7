import { expect, it } from 'vitest';
import { OUTBOX_CHARS_MAX, OUTBOX_LENGTH_MAX, Outbox, type KeptOutcome } from './outbox.js';

it('keeps what has not arrived, in order', () => {
  const outbox = new Outbox();
  const [one, two, three] = [outcome('r1'), outcome('r2'), outcome('r3')];
  for (const each of [one, two, three]) outbox.keep(each);

  outbox.arrived(two);

  expect(outbox.all()).toEqual([one, three]);
});

it('a newer outcome of an id takes the place of the older, and does not arrive with it', () => {
  const outbox = new Outbox();
  const [older, newer] = [outcome('r1', 'older'), outcome('r1', 'newer')];
  outbox.keep(older);
  outbox.keep(newer);

  outbox.arrived(older);

  expect(outbox.all()).toEqual([newer]);
});

it('the oldest gives way when there are too many', () => {
  const outbox = new Outbox();
  for (let count = 0; count < OUTBOX_LENGTH_MAX; count += 1) outbox.keep(outcome(`r${count}`));

  expect(idsOf(outbox.keep(outcome('last')))).toEqual(['r0']);
  expect(outbox.all()).toHaveLength(OUTBOX_LENGTH_MAX);
});

it('the oldest give way when they are too long together, and what has left takes no room', () => {
  const outbox = new Outbox();
  const half = 'x'.repeat(OUTBOX_CHARS_MAX / 2);
  outbox.keep(outcome('r1', 'x'));
  outbox.keep(outcome('r2', half));

  expect(idsOf(outbox.keep(outcome('r3', half)))).toEqual(['r1']);
  expect(idsOf(outbox.keep(outcome('r4', half)))).toEqual(['r2']);
  outbox.forget('r3');
  expect(outbox.keep(outcome('r5', half))).toEqual([]);
});

function outcome(requestId: string, text = ''): KeptOutcome {
  return { command: { requestId, action: '', input: {}, timeoutMs: 0 }, text, isSent: false };
}

function idsOf(outcomes: readonly KeptOutcome[]): string[] {
  return outcomes.map(({ command }) => command.requestId);
}
