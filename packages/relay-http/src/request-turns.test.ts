import { describe, expect, it } from 'vitest';
import { RequestTurns, TURNS_PER_REQUEST, WAITING_MAX, WAITING_PER_CONNECTION_MAX } from './request-turns.js';

const nextTurnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Until the next request may begin. */
async function nextTurn(): Promise<void> {
  for (let turn = 0; turn < TURNS_PER_REQUEST; turn += 1) await nextTurnOfLoop();
}

class FakeConnection {
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
  }
}

function turns() {
  const [begun, turnedAway]: [number[], number[]] = [[], []];
  const clock = { now: 0 };
  const requests = new RequestTurns(() => clock.now);
  let count = 0;
  const come = (many: number, connection?: FakeConnection) => {
    for (let index = 0; index < many; index += 1) {
      const number = (count += 1);
      const begin = () => void begun.push(number);
      requests.enter(connection ?? new FakeConnection(), { begin, turnAway: () => void turnedAway.push(number) });
    }
  };
  return { begun, turnedAway, come, clock, requests };
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

  it('begins one of a burst at a time, first come first served', async () => {
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

  it('leaves turns of the loop between two, also when the second comes later', async () => {
    const { begun, come } = turns();
    come(1);
    await nextTurnOfLoop();
    come(1);
    for (let turn = 2; turn < TURNS_PER_REQUEST; turn += 1) await nextTurnOfLoop();
    expect(begun).toEqual([1]);

    await nextTurnOfLoop();
    expect(begun).toEqual([1, 2]);
  });

  it('begins the next one sooner where turns are long', async () => {
    const { begun, come, clock } = turns();
    come(2);
    clock.now += 0.9;
    await nextTurnOfLoop();
    expect(begun).toEqual([1]);

    clock.now += 0.1;
    await nextTurnOfLoop();
    expect(begun).toEqual([1, 2]);

    clock.now += 1;
    await nextTurnOfLoop();
    come(1);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('one that comes while another is being begun waits, too', async () => {
    const { begun, come, requests } = turns();
    requests.enter(new FakeConnection(), { begin: () => come(1), turnAway: () => undefined });
    expect(begun).toEqual([]);

    await nextTurn();
    expect(begun).toEqual([1]);
  });

  it('connections take turns, however many requests one of them has sent', async () => {
    const { begun, come } = turns();
    const [eager, other] = [new FakeConnection(), new FakeConnection()];
    come(4, eager);
    come(2, other);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();

    expect(begun).toEqual([1, 2, 5, 3, 6, 4]);
  });

  it('counts what a connection has left when one of its requests had its turn', async () => {
    const { come, turnedAway } = turns();
    come(1);
    come(3, new FakeConnection());
    await nextTurn();
    come(WAITING_MAX - 2);
    expect(turnedAway).toEqual([]);

    come(1);
    expect(turnedAway).toHaveLength(1);
  });

  it('turns away who comes when too many wait, until others have had their turn, or have left', async () => {
    const { begun, turnedAway, come } = turns();
    come(1);
    const leaving = new FakeConnection();
    come(2, leaving);
    come(WAITING_MAX - 2);
    come(1);
    expect(turnedAway).toEqual([WAITING_MAX + 2]);

    leaving.destroy();
    come(3);
    expect(turnedAway).toEqual([WAITING_MAX + 2, WAITING_MAX + 5]);

    await nextTurn();
    expect(begun).toHaveLength(2);
    come(1);
    expect(turnedAway).toHaveLength(2);
  });

  it('tells a connection once that it is turned away, then cuts it off', () => {
    const { turnedAway, come } = turns();
    const [eager, late] = [new FakeConnection(), new FakeConnection()];
    come(1);
    come(1, eager);
    come(WAITING_MAX - 1);
    come(1, eager);
    expect([turnedAway.length, eager.destroyed]).toEqual([0, true]);

    come(1);
    come(1, late);
    expect([turnedAway.length, late.destroyed]).toEqual([1, false]);
    come(1, late);
    expect([turnedAway.length, late.destroyed]).toEqual([1, true]);
  });

  it('has as much room as before when all have had their turn, however one was cut off', async () => {
    const { turnedAway, come, clock } = turns();
    const greedy = new FakeConnection();
    come(1);
    come(WAITING_MAX - 1);
    come(4, greedy);
    for (let turn = 0; turn <= WAITING_MAX; turn += 1) {
      clock.now += 1;
      await nextTurnOfLoop();
    }
    come(1 + WAITING_MAX);
    expect(turnedAway).toEqual([]);

    come(1);
    expect(turnedAway).toHaveLength(1);
  });

  it('when many wait, a connection may have one', () => {
    const { come } = turns();
    const [patient, eager] = [new FakeConnection(), new FakeConnection()];
    come(1);
    come(WAITING_MAX / 2);
    come(1, patient);
    come(2, eager);

    expect([patient.destroyed, eager.destroyed]).toEqual([false, true]);
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

  it('who has left takes no turn of those who are there', async () => {
    const { begun, come } = turns();
    const gone = new FakeConnection();
    come(1);
    come(5, gone);
    come(1);
    gone.destroy();

    await nextTurn();
    expect(begun).toEqual([1, 7]);
  });

  it('lets only so many of one connection wait, then cuts it off, and at no time counts those that had their turn', async () => {
    const { begun, come } = turns();
    const patient = new FakeConnection();
    for (let round = 0; round < 3; round += 1) {
      come(WAITING_PER_CONNECTION_MAX, patient);
      for (let turn = 0; turn < WAITING_PER_CONNECTION_MAX; turn += 1) await nextTurn();
    }
    expect(begun).toHaveLength(3 * WAITING_PER_CONNECTION_MAX);
    expect(patient.destroyed).toBe(false);

    const greedy = new FakeConnection();
    come(1);
    come(WAITING_PER_CONNECTION_MAX, greedy);
    expect(greedy.destroyed).toBe(false);
    come(1, greedy);
    expect(greedy.destroyed).toBe(true);
  });
});
