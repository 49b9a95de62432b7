import { expect, it } from 'vitest';
import { OUTBOX_CHARS_MAX, OUTBOX_LENGTH_MAX, Outbox } from './outbox.js';

it('gives back what it keeps, in order and once', () => {
  const outbox = new Outbox();
  outbox.keep({ requestId: 'r1', text: 'one' });
  outbox.keep({ requestId: 'r2', text: 'two' });

  expect(outbox.takeAll().map(({ text }) => text)).toEqual(['one', 'two']);
  expect(outbox.takeAll()).toEqual([]);
});

it('the oldest gives way when there are too many', () => {
  const outbox = new Outbox();
  for (let count = 0; count < OUTBOX_LENGTH_MAX; count += 1) outbox.keep({ requestId: `r${count}`, text: '' });

  expect(outbox.keep({ requestId: 'last', text: '' })).toEqual(['r0']);
  expect(outbox.takeAll()).toHaveLength(OUTBOX_LENGTH_MAX);
});

it('the oldest give way when they are too long together', () => {
  const outbox = new Outbox();
  const half = 'x'.repeat(OUTBOX_CHARS_MAX / 2);
  outbox.keep({ requestId: 'r1', text: 'x' });
  outbox.keep({ requestId: 'r2', text: half });

  expect(outbox.keep({ requestId: 'r3', text: half })).toEqual(['r1']);
  expect(outbox.keep({ requestId: 'r4', text: half })).toEqual(['r2']);
});
