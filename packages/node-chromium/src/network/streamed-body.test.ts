import { describe, expect, it } from 'vitest';
import { BodyBudget } from './body-budget.js';
import { StreamedBody } from './streamed-body.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const textOf = (body: StreamedBody) => Buffer.from(body.bytes()).toString();

describe('a body as it comes in', () => {
  it('is in order, also when its first part is told after the second', () => {
    const body = new StreamedBody(100, new BodyBudget());

    body.add(base64('two'));
    expect(body.isComing).toBe(false);
    body.begin(base64('one '));
    body.add(base64(' three'));

    expect(body.isComing).toBe(true);
    expect(textOf(body)).toBe('one two three');
  });

  it('keeps no more than is wanted, and takes nothing for what comes after', () => {
    const budget = new BodyBudget(100);
    const body = new StreamedBody(4, budget);
    body.begin('');

    body.add(base64('abc'));
    body.add(base64('def'));
    body.add(base64('ghi'));

    expect(textOf(body)).toBe('abcd');
    expect(budget.left).toBe(94);
  });

  it('gives back what it took when it is of no use any more, once', () => {
    const budget = new BodyBudget(100);
    const body = new StreamedBody(50, budget);
    body.begin(base64('abc'));

    body.release();
    body.release();

    expect(budget.left).toBe(100);
  });

  it('takes nothing any more once it was of no use', () => {
    const budget = new BodyBudget(100);
    const body = new StreamedBody(50, budget);

    body.release();
    // The browser answers late: what asked has been told of meanwhile.
    body.begin(base64('abc'));
    body.add(base64('def'));

    expect(budget.left).toBe(100);
    expect(textOf(body)).toBe('');
  });

  it('for which there is no room is not kept at all', () => {
    const budget = new BodyBudget(5);
    const body = new StreamedBody(50, budget);
    body.begin(base64('abc'));

    body.add(base64('def'));
    expect(body.isOverBudget).toBe(true);
    body.add(base64('g'));

    expect(textOf(body)).toBe('');
    expect(budget.left).toBe(5);
  });
});
