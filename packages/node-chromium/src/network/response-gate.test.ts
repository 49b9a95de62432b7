import type { InterceptOptions } from '@telepat/otto-node-runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTargetSession, silence } from '../../test/fake-target-session.js';
import { HeardNetwork, wanting } from '../../test/heard-network.js';
import { BodyBudget } from './body-budget.js';
import { Capture } from './capture.js';
import { Exchanges } from './exchanges.js';
import { dispatch } from './network-events.js';
import { ResponseGate } from './response-gate.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page one of whose requests, `n1`, is heard of, and may be stopped at its answer. */
function world(wish: Partial<InterceptOptions> = {}) {
  const heard = new HeardNetwork();
  const session = new FakeTargetSession();
  session.answer = (method) =>
    Promise.resolve(
      method === 'Network.streamResourceContent' ? { bufferedData: '' } : { body: '', base64Encoded: false },
    );
  const captures = new Set([new Capture(wanting({ mode: 'fetch', ...wish }), heard)]);
  const budget = new BodyBudget();
  const parts = { captures, budget, mainFrameId: 'main', pageUrl: () => 'https://a.test/' };
  const exchanges = new Exchanges(parts);
  const handlers = exchanges.handlersOf(session, { isWorker: false });
  const tell = (method: string, params: object) => dispatch(handlers, `Network.${method}`, params);
  tell('requestWillBeSent', {
    ...{ requestId: 'n1', loaderId: 'l', documentURL: 'https://a.test/', type: 'Fetch', frameId: 'main' },
    request: { url: 'https://a.test/api/1', method: 'GET', headers: {} },
  });
  const gate = new ResponseGate(exchanges, budget);
  const stop = (facts: object = {}) =>
    gate.take(
      {
        ...{ requestId: 'f1', networkId: 'n1', resourceType: 'Fetch', responseStatusCode: 200 },
        ...{ request: { url: 'https://a.test/api/1', method: 'GET' }, ...facts },
      },
      session,
    );
  return { heard, session, gate, stop, tell, budget };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const header = (name: string, value: string) => ({ responseHeaders: [{ name, value }] });

describe('a response that is stopped', () => {
  it('goes on as soon as its body is sent on', async () => {
    const { session, gate, stop } = world();
    stop();
    await settle();

    expect(session.asked.map(({ method }) => method)).toEqual([
      'Network.streamResourceContent',
      'Fetch.continueResponse',
    ]);
    await gate.emptied();
  });

  it('goes on after a quarter of a second when the page does not answer', async () => {
    const { session, stop } = world();
    session.answer = (method) => (method === 'Network.streamResourceContent' ? silence() : Promise.resolve({}));
    stop();

    await vi.advanceTimersByTimeAsync(249);
    expect(session.askedFor('Fetch.continueResponse')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);

    expect(session.askedFor('Fetch.continueResponse')).toEqual([{ requestId: 'f1' }]);
  });

  it('goes on when its body cannot be sent on, and in another way when the first one fails', async () => {
    const { session, gate, stop } = world();
    session.answer = (method) =>
      method === 'Fetch.continueRequest' ? Promise.resolve({}) : Promise.reject(new Error('no'));
    stop();
    await gate.emptied();

    expect(session.asked.map(({ method }) => method)).toEqual([
      ...['Network.streamResourceContent', 'Fetch.continueResponse', 'Fetch.continueRequest'],
    ]);
  });

  it('is let go without a word to anybody when neither way leads on', async () => {
    const { session, gate, stop } = world();
    session.answer = () => Promise.reject(new Error('Target closed'));
    stop();

    await expect(gate.emptied()).resolves.toBeUndefined();
  });

  it.each<[string, object]>([
    ['a document', { resourceType: 'Document' }],
    ['sent on elsewhere', { responseStatusCode: 302 }],
    ['a failure before any answer', { responseStatusCode: undefined }],
    ['a stream of events', header('Content-Type', 'Text/Event-Stream; charset=utf-8')],
    ['larger than the browser keeps', header('content-length', String(16 * 1024 * 1024 + 1))],
    ['of no request that is known by name', { networkId: undefined }],
    ['of a request that nobody has heard of', { networkId: 'n2' }],
    ['of a type that nobody wants', header('content-type', 'image/png; q=1')],
  ])('that is %s goes on at once, and nothing of it is asked for', async (_case, facts) => {
    const { session, stop } = world({ wantsType: (type) => type !== 'image/png' });
    stop(facts);
    await settle();

    expect(session.asked).toEqual([{ method: 'Fetch.continueResponse', params: { requestId: 'f1' } }]);
  });

  it('of just so many bytes as the browser keeps is sent on', async () => {
    const { session, stop } = world();
    stop(header('content-length', String(16 * 1024 * 1024)));
    await settle();

    expect(session.askedFor('Network.streamResourceContent')).toEqual([{ requestId: 'n1' }]);
  });

  it('whose body nobody wants goes on at once', async () => {
    const { session, stop } = world({ includeBody: false });
    stop();
    await settle();

    expect(session.askedFor('Network.streamResourceContent')).toEqual([]);
  });

  it('takes no memory for good when the answer comes after it was told of', async () => {
    const { heard, session, stop, tell, budget } = world();
    let answer: (data: object) => void = () => {};
    session.answer = (method) =>
      method === 'Network.streamResourceContent'
        ? new Promise((resolve) => (answer = resolve))
        : Promise.resolve({ body: 'late', base64Encoded: false });
    const before = budget.left;
    stop();
    await vi.advanceTimersByTimeAsync(250);
    const response = { url: '', status: 200, mimeType: 'text/plain', headers: {} };
    tell('responseReceived', { requestId: 'n1', response });
    tell('loadingFinished', { requestId: 'n1' });
    await settle();
    expect(heard.updates).toMatchObject([{ body: 'late' }]);

    answer({ bufferedData: Buffer.from('late').toString('base64') });
    await settle();

    expect(budget.left).toBe(before);
  });
});
