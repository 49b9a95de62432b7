import type { InterceptOptions } from '@telepat/otto-node-runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTargetSession } from '../../test/fake-target-session.js';
import { HeardNetwork, wanting } from '../../test/heard-network.js';
import { BodyBudget } from './body-budget.js';
import { Capture } from './capture.js';
import { Exchanges } from './exchanges.js';
import { dispatch } from './network-events.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page that is heard, without a browser. */
function world(wish: Partial<InterceptOptions> = {}) {
  const heard = new HeardNetwork();
  const session = new FakeTargetSession();
  session.answer = () => Promise.resolve({ body: '{}', base64Encoded: false });
  const captures = new Set([new Capture(wanting(wish), heard)]);
  const exchanges = new Exchanges({
    ...{ captures, budget: new BodyBudget(), mainFrameId: 'main' },
    pageUrl: () => 'https://a.test/',
  });
  const handlers = exchanges.handlersOf(session, { isWorker: false });
  const tell = (method: string, params: object) => dispatch(handlers, `Network.${method}`, params);
  const ask = (requestId: string, facts: { url?: string; headers?: Record<string, string> } = {}) =>
    tell('requestWillBeSent', {
      ...{ requestId, loaderId: 'l', documentURL: 'https://a.test/', type: 'Fetch', frameId: 'main' },
      request: { url: `https://a.test/api/${requestId}`, method: 'GET', headers: {}, ...facts },
    });
  const answer = (requestId: string, facts: { mimeType?: string; headers?: Record<string, string> } = {}) =>
    tell('responseReceived', {
      ...{ requestId, type: 'Fetch' },
      response: { url: '', status: 200, mimeType: 'application/json', headers: {}, ...facts },
    });
  const end = (requestId: string) => tell('loadingFinished', { requestId });
  return { heard, session, exchanges, handlers, tell, ask, answer, end, captures };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('what a page has under way', () => {
  it('is 4,000 requests at the most; what is beyond is counted as missed', async () => {
    const { heard, ask, answer, end } = world();
    for (let n = 0; n < 4_000; n += 1) ask(String(n));
    expect(heard.missedCount).toBe(0);

    ask('one too many');
    expect(heard.missedCount).toBe(1);
    for (const id of ['one too many', '0']) {
      answer(id);
      end(id);
    }
    await settle();
    expect(heard.updates.map(({ requestId }) => requestId)).toEqual(['0']);

    ask('there is room again');
    expect(heard.missedCount).toBe(1);
  });

  it('is 64 million characters of addresses and headers at the most', async () => {
    const { heard, ask, answer, end } = world({ includeHeaders: true });
    const url = 'https://a.test/api/'.padEnd(1_000_000, 'x');
    // With the type of one answer it is just so much.
    const headers = { name: 'x'.repeat(30_999_996 - 'application/json'.length / 2) };
    ask('1', { url, headers });
    ask('2', { url, headers });
    expect(heard.missedCount).toBe(0);

    ask('3');
    expect(heard.missedCount).toBe(1);
    answer('1');
    end('1');
    await settle();
    ask('4');
    expect(heard.missedCount).toBe(1);
  });

  it('takes no room for headers that nobody wants', () => {
    const { heard, ask, answer } = world();
    const headers = { name: 'x'.repeat(40_000_000) };
    for (const id of ['1', '2', '3']) ask(id, { headers });
    for (const id of ['1', '2', '3']) answer(id, { headers });

    expect(heard.missedCount).toBe(0);
  });

  it('has the headers of answers counted, too; an answer that does not fit is missed', async () => {
    const { heard, ask, answer, end } = world({ includeHeaders: true });
    for (const id of ['1', '2', '3']) ask(id);
    const headers = { name: 'x'.repeat(31_900_000) };
    for (const id of ['1', '2']) answer(id, { headers });
    expect(heard.missedCount).toBe(0);

    answer('3', { headers });
    expect(heard.missedCount).toBe(1);
    end('3');
    end('1');
    await settle();
    expect(heard.updates.map(({ requestId }) => requestId)).toEqual(['1']);

    ask('4');
    answer('4', { headers });
    expect(heard.missedCount).toBe(1);
    expect(vi.getTimerCount()).toBe(2);
  });

  it('is forgotten when nobody listens any more, and makes room', async () => {
    const { heard, ask, exchanges } = world();
    for (let n = 0; n < 4_000; n += 1) ask(String(n));

    exchanges.end();
    for (let n = 0; n < 4_000; n += 1) ask(`again ${n}`);
    await settle();

    expect(heard.missedCount).toBe(0);
    expect(heard.updates).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an answer that does not come to its end', () => {
  it('is told 30 seconds after its beginning, once', async () => {
    const { heard, ask, answer, end } = world();
    ask('1');
    await vi.advanceTimersByTimeAsync(60_000);
    answer('1');

    await vi.advanceTimersByTimeAsync(29_999);
    expect(heard.updates).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard.updates).toMatchObject([{ updateType: 'network.response', error: 'body_unfinished', requestId: '1' }]);

    end('1');
    await settle();
    expect(heard.updates).toHaveLength(1);
  });

  it('is told at once when it is a stream of events', async () => {
    const { heard, ask, answer } = world();
    ask('1');
    answer('1', { mimeType: 'text/event-stream' });
    await settle();

    expect(heard.updates).toMatchObject([{ error: 'body_unfinished' }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a request that is heard of twice', () => {
  it('is told once', async () => {
    const { heard, exchanges, ask, answer, end } = world();
    const other = new FakeTargetSession();
    other.answer = () => Promise.reject(new Error('No resource'));
    ask('1');
    ask('1');
    answer('1');
    dispatch(exchanges.handlersOf(other, { isWorker: false }), 'Network.loadingFinished', { requestId: '1' });
    end('1');
    await settle();

    expect(heard.updates).toMatchObject([{ requestId: '1', body: '{}' }]);
    expect(other.askedFor('Network.getResponseBody')).toHaveLength(1);
  });
});

const EARLY = 'https://a.test/api/early';

describe('a request that is sent on', () => {
  it('is known as stopped at its next address, also when the answer comes before the page says where it went', async () => {
    const { heard, exchanges, tell, ask, answer, end } = world({ mode: 'fetch' });
    ask('1');
    exchanges.paused('1', { method: 'GET', url: 'https://a.test/api/1' });
    expect(exchanges.paused('1', { method: 'GET', url: EARLY })).toBeUndefined();

    tell('requestWillBeSent', {
      ...{ requestId: '1', loaderId: 'l', documentURL: 'https://a.test/', type: 'Fetch', frameId: 'main' },
      redirectResponse: { url: '', status: 302, mimeType: '', headers: {} },
      request: { url: EARLY, method: 'GET', headers: {} },
    });
    answer('1');
    end('1');
    await settle();

    expect(heard.updates.map(({ url, status }) => [url, status])).toEqual([
      ['https://a.test/api/1', 302],
      [EARLY, 200],
    ]);
  });
});

describe('a request of a worker that was stopped before it was heard of', () => {
  const begin = (requestId: string) => ({
    ...{ requestId, loaderId: '', documentURL: 'https://a.test/worker.js', type: 'Fetch' },
    request: { url: EARLY, method: 'PUT', headers: {} },
  });

  it('is known as stopped', async () => {
    const { heard, exchanges, session, answer, end } = world({ mode: 'fetch' });
    const worker = exchanges.handlersOf(session, { isWorker: true });
    expect(exchanges.paused('1', { method: 'PUT', url: EARLY })).toBeUndefined();

    dispatch(worker, 'Network.requestWillBeSent', begin('1'));
    answer('1');
    end('1');
    await settle();

    expect(heard.updates).toMatchObject([{ method: 'PUT', captureSource: 'fetch' }]);
  });

  it('is so also after very many that nobody wanted', async () => {
    const { heard, exchanges, session, answer, end } = world({ mode: 'fetch' });
    const worker = exchanges.handlersOf(session, { isWorker: true });
    for (let n = 0; n < 4_000; n += 1) exchanges.paused(`unwanted ${n}`, { method: 'GET', url: EARLY });
    exchanges.paused('1', { method: 'PUT', url: EARLY });

    dispatch(worker, 'Network.requestWillBeSent', begin('1'));
    answer('1');
    end('1');
    await settle();

    expect(heard.updates).toHaveLength(1);
  });

  it('is told with its method where only its answer is heard of', async () => {
    const { heard, exchanges, session, end } = world({ mode: 'hybrid' });
    exchanges.paused('1', { method: 'PUT', url: EARLY });
    const response = { url: EARLY, status: 200, mimeType: 'text/plain', headers: {} };
    dispatch(exchanges.handlersOf(session, { isWorker: true }), 'Network.responseReceived', {
      ...{ requestId: '1', response },
    });
    end('1');
    await settle();

    expect(heard.updates).toMatchObject([{ method: 'PUT', url: EARLY, status: 200 }]);
  });
});

describe('what a browser tells in a shape of its own', () => {
  it('is left alone', async () => {
    const { heard, tell, ask } = world();
    ask('1');
    tell('responseReceived', { requestId: '1', response: 'none' });
    tell('loadingFinished', { requestId: 7 });
    tell('constructor', {});
    await settle();

    expect(heard.updates).toEqual([]);
  });
});
