import { describe, expect, it } from 'vitest';
import { RequestTurns } from './request-turns.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function turns() {
  const begun: number[] = [];
  const requests = new RequestTurns();
  let count = 0;
  const come = (many: number) => {
    for (let index = 0; index < many; index += 1) {
      const number = (count += 1);
      requests.enter(() => begun.push(number));
    }
  };
  return { begun, come, requests };
}

describe('RequestTurns', () => {
  it('begins one at once that comes alone', async () => {
    const { begun, come } = turns();
    come(1);
    expect(begun).toEqual([1]);

    await nextTurn();
    come(1);
    expect(begun).toEqual([1, 2]);
  });

  it('begins one of a burst in each turn, first come first served', async () => {
    const { begun, come } = turns();
    come(3);
    const seen = [begun.length];
    for (let turn = 0; turn < 3; turn += 1) {
      await nextTurn();
      seen.push(begun.length);
    }

    expect(seen).toEqual([1, 2, 3, 3]);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('nobody who comes later overtakes one that waits', async () => {
    const { begun, come } = turns();
    come(2);
    await nextTurn();
    come(1);
    expect(begun).toEqual([1, 2]);

    await nextTurn();
    expect(begun).toEqual([1, 2, 3]);
  });
});
