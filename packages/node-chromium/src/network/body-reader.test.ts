import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTargetSession, silence } from '../../test/fake-target-session.js';
import { BodyBudget } from './body-budget.js';
import { BodyReader, RESOURCE_BYTES_MAX, type BodyOutcome } from './body-reader.js';
import { Exchange } from './exchange.js';
import { StreamedBody } from './streamed-body.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function finished(session: FakeTargetSession, bodyBytes = 3): Exchange {
  const names = { requestId: '1', url: 'https://a.test/', method: 'GET', resourceType: 'Fetch' };
  const exchange = new Exchange({ ...names, requestHeaders: {}, session, captures: [] });
  exchange.answered({ status: 200, mimeType: 'text/plain', headers: {} });
  exchange.isFinished = true;
  exchange.bodyBytes = bodyBytes;
  return exchange;
}

async function read(reader: BodyReader, exchange: Exchange, sessions: FakeTargetSession[]): Promise<BodyOutcome[]> {
  const outcomes: BodyOutcome[] = [];
  await reader.withBody(exchange, sessions, (outcome) => outcomes.push(outcome));
  return outcomes;
}

const body = (text: string) => () => Promise.resolve({ body: text, base64Encoded: false });

describe('the body of what has come to its end', () => {
  it('is asked for, and its memory given back', async () => {
    const session = new FakeTargetSession();
    session.answer = body('abc');
    const budget = new BodyBudget(9);

    const outcomes = await read(new BodyReader(budget), finished(session), [session]);

    expect(outcomes).toMatchObject([{ found: { isWhole: true, totalBytes: 3, wasText: true } }]);
    expect(session.askedFor('Network.getResponseBody')).toEqual([{ requestId: '1' }]);
    expect(budget.left).toBe(9);
  });

  it('is not asked for where it has no room: three times its length is what it takes', async () => {
    const session = new FakeTargetSession();

    expect(await read(new BodyReader(new BodyBudget(8)), finished(session), [session])).toEqual([
      { fault: 'body_over_budget' },
    ]);
    expect(session.asked).toEqual([]);
  });

  it('is not asked for where the browser cannot have kept it, which is beyond 16 MiB', async () => {
    const session = new FakeTargetSession();
    session.answer = body('abc');
    const reader = new BodyReader(new BodyBudget());

    expect(await read(reader, finished(session, RESOURCE_BYTES_MAX + 1), [session])).toEqual([
      { fault: 'body_unavailable' },
    ]);
    expect(await read(reader, finished(session, RESOURCE_BYTES_MAX), [session])).toMatchObject([{ found: {} }]);
    expect(RESOURCE_BYTES_MAX).toBe(16 * 1024 * 1024);
  });

  it('is had from the second session when the first has it no more', async () => {
    const gone = new FakeTargetSession();
    gone.answer = () => Promise.reject(new Error('No resource with given identifier found'));
    const session = new FakeTargetSession();
    session.answer = body('abc');

    expect(await read(new BodyReader(new BodyBudget()), finished(session), [gone, session])).toMatchObject([
      { found: { totalBytes: 3 } },
    ]);
  });

  it('is given up after five seconds when the page is busy, and its memory given back', async () => {
    const session = new FakeTargetSession();
    session.answer = silence;
    const budget = new BodyBudget(100);
    const reading = read(new BodyReader(budget), finished(session), [session]);

    await vi.advanceTimersByTimeAsync(4_999);
    expect(budget.left).toBe(91);
    await vi.advanceTimersByTimeAsync(1);

    expect(await reading).toEqual([{ fault: 'body_unavailable' }]);
    expect(budget.left).toBe(100);
  });

  it('is asked for of four at a time; the next has its turn when one is done', async () => {
    const session = new FakeTargetSession();
    const answers: ((body: object) => void)[] = [];
    session.answer = () => new Promise((resolve) => answers.push(resolve));
    const reader = new BodyReader(new BodyBudget());
    const reading = Array.from({ length: 6 }, () => read(reader, finished(session), [session]));
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toHaveLength(4);

    answers[2]?.({ body: 'x', base64Encoded: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(5_000);
    answers[5]?.({ body: 'x', base64Encoded: false });

    const outcomes = (await Promise.all(reading)).flat();
    expect(outcomes.map(({ fault }) => fault)).toEqual([
      ...['body_unavailable', 'body_unavailable', undefined],
      ...['body_unavailable', 'body_unavailable', undefined],
    ]);
  });
});

describe('the body of what was sent on as it came in', () => {
  it('is what came, whole or not, and nobody is asked', async () => {
    const session = new FakeTargetSession();
    const exchange = finished(session, 3);
    exchange.streamed = new StreamedBody(100, new BodyBudget());
    exchange.streamed.begin(Buffer.from('abc').toString('base64'));
    const reader = new BodyReader(new BodyBudget());

    expect(await read(reader, exchange, [session])).toMatchObject([{ found: { isWhole: true, totalBytes: 3 } }]);
    exchange.bodyBytes = 4;
    expect(await read(reader, exchange, [session])).toMatchObject([{ found: { isWhole: false, totalBytes: 4 } }]);
    exchange.isFinished = false;
    expect(await read(reader, exchange, [session])).toMatchObject([{ fault: 'body_unfinished', found: {} }]);
    expect(session.asked).toEqual([]);
  });

  it('is left out when there was no room', async () => {
    const session = new FakeTargetSession();
    const exchange = finished(session);
    exchange.streamed = new StreamedBody(100, new BodyBudget(2));
    exchange.streamed.begin(Buffer.from('abc').toString('base64'));

    expect(await read(new BodyReader(new BodyBudget()), exchange, [session])).toEqual([{ fault: 'body_over_budget' }]);
  });

  it('is asked for when the browser did not say that it sends it on', async () => {
    const session = new FakeTargetSession();
    session.answer = body('abc');
    const exchange = finished(session);
    exchange.streamed = new StreamedBody(100, new BodyBudget());

    expect(await read(new BodyReader(new BodyBudget()), exchange, [session])).toMatchObject([
      { found: { wasText: true } },
    ]);
    exchange.isFinished = false;
    expect(await read(new BodyReader(new BodyBudget()), exchange, [session])).toEqual([{ fault: 'body_unfinished' }]);
  });
});
