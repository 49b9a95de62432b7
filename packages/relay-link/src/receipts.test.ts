import { ManualClock } from '@telepat/otto-relay-core/testing';
import { expect, it } from 'vitest';
import { RECEIPTS_MAX, Receipts } from './receipts.js';

it('an answered ping is a receipt for all that was sent before it, in order, and for nothing after it', () => {
  const { receipts, got, expectOne, beat } = world();
  expectOne('a');
  beat('p1');
  expectOne('b');
  beat('p2');
  expectOne('c');

  receipts.answered('p2');
  receipts.answered('p1');
  receipts.answered('of nobody');

  expect(got).toEqual(['a', 'b']);
});

it('of a relay that talks but answers no ping, so many receipts are waited for and no more, and it is asked no more often', () => {
  const { receipts, got, expectOne, beat, clock, asked } = world();
  expectOne('dropped with its ping');
  clock.advance(1_000);
  for (let count = 0; count < RECEIPTS_MAX; count += 1) {
    expectOne(String(count));
    beat(`p${count}`);
    clock.advance(1_000);
  }
  expect(asked).toEqual(['q1']);

  receipts.answered('q1');
  expect(got).toEqual([]);
  receipts.answered(`p${RECEIPTS_MAX - 1}`);

  expect(got).toEqual(Array.from({ length: RECEIPTS_MAX }, (_, index) => String(index)));
});

it('a relay that answers after it had been silent for too long is asked again', () => {
  const { receipts, got, expectOne, clock, asked } = world();
  expectOne('first');
  clock.advance(1_000);
  for (let count = 0; count <= RECEIPTS_MAX; count += 1) expectOne(String(count));
  clock.advance(1_000);

  expect(asked).toEqual(['q1', 'q2']);
  receipts.answered('q2');
  expect(got).toHaveLength(RECEIPTS_MAX);
});

function world() {
  const clock = new ManualClock();
  const got: string[] = [];
  const asked: string[] = [];
  const receipts: Receipts = new Receipts({
    clock,
    ping: () => {
      const id = `q${asked.length + 1}`;
      asked.push(id);
      receipts.pinged(id);
    },
  });
  const expectOne = (name: string) => receipts.expect(() => got.push(name));
  return { clock, receipts, got, asked, expectOne, beat: (id: string) => receipts.pinged(id) };
}
