import { describe, expect, it } from 'vitest';
import { capacityOf, commandMicrosAt, measuredOf } from './capacity.mjs';

const measured = {
  commandMicros: 70,
  lonelyMicros: 70,
  updateMicros: 14,
  idleSocketMicros: 7,
  socketBytes: 10_000,
  relayBytes: 100_000_000,
  logBytes: 1_000,
};

describe('capacityOf', () => {
  it('spends seven tenths of a core', () => {
    const capacity = capacityOf(measured);

    expect(capacity.commandsPerSecond).toBeCloseTo(10_000);
    expect(capacity.updatesPerSecond).toBeCloseTo(50_000);
    expect(capacity.controllers(1)).toBeCloseTo(700_000 / 77);
  });

  it('reckons what sockets and the log take', () => {
    const capacity = capacityOf(measured);

    expect(capacity.memoryBytes(10_000)).toBe(200_000_000);
    expect(capacity.idleShare(10_000)).toBeCloseTo(0.07);
    expect(capacity.logHours(36_000_000_000)).toBeCloseTo(1);
    expect(capacity.logBytesPerDay(1)).toBe(86_400_000);
  });
});

it('a command costs less the more there are', () => {
  const costs = { ...measured, lonelyMicros: 170 };

  expect([0, 0.7, 1].map((load) => Math.round(commandMicrosAt(costs, load)))).toEqual([170, 100, 70]);
  expect(capacityOf(costs).commandsPerSecond).toBeCloseTo(7_000);
});

describe('measuredOf', () => {
  it('finds its figures in a run of the bench', () => {
    const run = {
      facts: { 'CPU µs per update': 14, 'log bytes per command': 900, 'CPU µs of a lonely command': 150 },
      results: [{ row: { id: 'command-cpu' }, outcome: { own: 50 } }],
    };

    expect(measuredOf(run)).toMatchObject({ commandMicros: 50, lonelyMicros: 150, updateMicros: 14, logBytes: 900 });
    expect(measuredOf(run).socketBytes).toBeNaN();
  });
});
