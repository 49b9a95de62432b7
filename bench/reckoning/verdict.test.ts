import { describe, expect, it } from 'vitest';
import { outcomeOf } from './verdict.mjs';

const row = { id: 'any', scenario: 'any', figure: 'CPU per command', unit: 'µs' };

describe('outcomeOf', () => {
  it('compares within each round, so that a round in which both were slow counts like any other', () => {
    const rounds = [
      { own: 20, beside: 10 },
      { own: 300, beside: 100 },
      { own: 50, beside: 20 },
    ];

    const outcome = outcomeOf({ ...row, besides: 'bare forwarder', target: { atMost: 2.5 } }, rounds);

    expect(outcome).toEqual({ figure: 2.5, lowest: 2, highest: 3, own: 50, beside: 20, isMet: true });
  });

  it('takes the figures as they are where there is nothing to compare with', () => {
    const outcome = outcomeOf({ ...row, target: { atMost: 2 } }, [{ own: 3 }, { own: 1 }, { own: 2 }]);

    expect(outcome).toEqual({ figure: 2, lowest: 1, highest: 3, own: 2, isMet: true });
  });

  it.each([
    [{ atMost: 1.4 }, 1.41, false],
    [{ atMost: 1.4 }, 1.4, true],
    [{ atLeast: 0.7 }, 0.69, false],
    [{ atLeast: 0.7 }, 0.7, true],
  ])('measured against %j, %d is met: %s', (target, own, isMet) => {
    expect(outcomeOf({ ...row, target }, [{ own }]).isMet).toBe(isMet);
  });

  it('what was not measured has reached nothing', () => {
    expect(outcomeOf({ ...row, target: { atMost: 1 } }, []).isMet).toBe(false);
    expect(outcomeOf({ ...row, target: { atLeast: 1 } }, [{ own: Number.NaN }]).isMet).toBe(false);
  });
});
