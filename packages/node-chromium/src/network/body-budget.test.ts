import { describe, expect, it } from 'vitest';
import { BodyBudget } from './body-budget.js';

describe('the budget of bodies', () => {
  it('is 128 MiB, and gives its last byte', () => {
    const budget = new BodyBudget();

    expect(budget.take(128 * 1024 * 1024)).toBe(true);
    expect(budget.take(1)).toBe(false);
    expect(budget.left).toBe(0);
  });

  it('takes nothing for what does not fit, and has room again for what is given back', () => {
    const budget = new BodyBudget(10);

    expect(budget.take(4)).toBe(true);
    expect(budget.take(7)).toBe(false);
    expect(budget.take(6)).toBe(true);
    budget.giveBack(4);
    expect(budget.left).toBe(4);
  });
});
