import { OttoError } from '@telepat/otto-protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTargetSession, silence } from '../../test/fake-target-session.js';
import { HeardNetwork, wanting } from '../../test/heard-network.js';
import { BodyBudget } from './body-budget.js';
import { PageNetwork } from './page-network.js';
import type { PageSession } from './target-session.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function page(openSession?: () => Promise<PageSession>) {
  const session = new FakeTargetSession();
  session.answer = (method) =>
    Promise.resolve(method === 'Target.getTargetInfo' ? { targetInfo: { targetId: 'main' } } : {});
  const network = new PageNetwork({
    budget: new BodyBudget(),
    openSession: openSession ?? (() => Promise.resolve(session)),
    pageUrl: () => 'https://a.test/',
  });
  return { session, network };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const patterns = (session: FakeTargetSession) => session.askedFor('Fetch.enable');

describe('the interceptions of a page', () => {
  it('share one session, which is left with the last of them', async () => {
    const { session, network } = page();
    const first = await network.intercept(wanting(), new HeardNetwork(), []);
    const second = await network.intercept(wanting(), new HeardNetwork(), []);
    expect(session.askedFor('Network.enable')).toHaveLength(1);

    await first.stop();
    expect(session.isDetached).toBe(false);
    await second.stop();

    expect(session.isDetached).toBe(true);
    expect(patterns(session)).toEqual([]);
  });

  it('that stopped responses leave the session there, stopping nothing and hearing nothing', async () => {
    const { session, network } = page();
    const fetching = await network.intercept(wanting({ mode: 'fetch' }), new HeardNetwork(), []);
    const looking = await network.intercept(wanting(), new HeardNetwork(), []);

    await fetching.stop();
    expect(patterns(session).at(-1)).toEqual({
      patterns: [{ urlPattern: 'otto-stops-nothing:', requestStage: 'Response' }],
    });
    expect(session.askedFor('Network.disable')).toEqual([]);
    await looking.stop();
    await looking.stop();

    expect(session.askedFor('Network.disable')).toHaveLength(1);
    expect(session.askedFor('Fetch.disable')).toEqual([]);
    expect(session.isDetached).toBe(false);
    await network.intercept(wanting(), new HeardNetwork(), []);
    expect(session.askedFor('Network.enable')).toHaveLength(2);
  });

  it('begin also while the page answers nothing, after two seconds for each step', async () => {
    const { session, network } = page();
    session.answer = (method) =>
      method === 'Target.getTargetInfo' ? Promise.resolve({ targetInfo: { targetId: 'main' } }) : silence();
    const begun = vi.fn();
    void network.intercept(wanting({ mode: 'hybrid' }), new HeardNetwork(), []).then(begun);

    await vi.advanceTimersByTimeAsync(3_999);
    expect(begun).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(begun).toHaveBeenCalled();
  });

  it('stop also while a stopped response does not go on', async () => {
    const { session, network } = page();
    const { stop } = await network.intercept(wanting({ mode: 'fetch' }), new HeardNetwork(), []);
    const answer = session.answer;
    session.answer = (method, params) => (method.startsWith('Fetch.continue') ? silence() : answer(method, params));
    session.tell('Fetch.requestPaused', { requestId: '1', request: { url: 'https://a.test/', method: 'GET' } });
    const stopped = vi.fn();
    void stop().then(stopped);

    await vi.advanceTimersByTimeAsync(2_000);

    expect(stopped).toHaveBeenCalled();
  });
});

describe('the interceptions of a page that is gone', () => {
  const crashed = () => AbortSignal.abort(new OttoError('tab_crashed'));

  it('are refused at once, even when the browser does not say a word', async () => {
    const { network } = page(silence);

    await expect(network.intercept(wanting(), new HeardNetwork(), [crashed()])).rejects.toMatchObject({
      code: 'tab_crashed',
    });
  });

  it('are refused without waiting for what it does not answer any more', async () => {
    const { network } = page(silence);
    const life = new AbortController();
    const heard = new HeardNetwork();
    const beginning = network.intercept(wanting(), heard, [life.signal]);
    await settle();

    life.abort(new OttoError('tab_crashed'));
    network.detach('tab_crashed');

    await expect(beginning).rejects.toMatchObject({ code: 'tab_crashed' });
    expect(heard.ends).toEqual(['tab_crashed']);
  });

  it('end without waiting for a change that is under way', async () => {
    const { session, network } = page();
    const interception = await network.intercept(wanting(), new HeardNetwork(), []);
    session.answer = silence;
    void network.intercept(wanting({ mode: 'fetch' }), new HeardNetwork(), []).catch(() => undefined);
    await settle();

    network.detach('tab_closed');
    const stopped = vi.fn();
    void interception.stop().then(stopped);
    await settle();

    expect(stopped).toHaveBeenCalled();
    expect(session.isDetached).toBe(true);
  });

  it('leave no session that was opened too late', async () => {
    let opened: (session: PageSession) => void = () => {};
    const { session, network } = page(() => new Promise((resolve) => (opened = resolve)));
    const life = new AbortController();
    const beginning = network.intercept(wanting(), new HeardNetwork(), [life.signal]);
    await settle();
    life.abort(new OttoError('tab_closed'));
    network.detach('tab_closed');
    await expect(beginning).rejects.toMatchObject({ code: 'tab_closed' });

    opened(session);
    await settle();

    expect(session.isDetached).toBe(true);
    expect(session.askedFor('Network.enable')).toEqual([]);
  });
});

describe('what a page contains', () => {
  const attached = (sessionId: string, type: string) => ({ sessionId, targetInfo: { type } });
  const messages = (session: FakeTargetSession) =>
    session.askedFor('Target.sendMessageToTarget').map((sent) => JSON.stringify(sent));
  const from = (sessionId: string, message: object) => ({ sessionId, message: JSON.stringify(message) });

  it('is heard, and let go on, from its first moment', async () => {
    const { session, network } = page();
    await network.intercept(wanting({ mode: 'fetch' }), new HeardNetwork(), []);

    session.tell('Target.attachedToTarget', attached('frame', 'iframe'));

    const sent = messages(session).join('\n');
    for (const method of [
      'Network.enable',
      'Fetch.enable',
      'Target.setAutoAttach',
      'Runtime.runIfWaitingForDebugger',
    ]) {
      expect(sent).toContain(method);
    }
  });

  it('and is a service worker, is let go on and not heard', async () => {
    const { session, network } = page();
    await network.intercept(wanting(), new HeardNetwork(), []);

    session.tell('Target.attachedToTarget', attached('worker', 'service_worker'));

    expect(messages(session)).toEqual([expect.stringContaining('Runtime.runIfWaitingForDebugger')]);
  });

  it('is forgotten with what contains it, so that nothing waits for its answers', async () => {
    const { session, network } = page();
    const { stop } = await network.intercept(wanting({ mode: 'fetch' }), new HeardNetwork(), []);
    session.tell('Target.attachedToTarget', attached('frame', 'iframe'));
    const inner = { method: 'Target.attachedToTarget', params: attached('inner', 'iframe') };
    session.tell('Target.receivedMessageFromTarget', from('frame', inner));
    const paused = { requestId: '1', request: { url: 'https://a.test/', method: 'GET' } };
    const stoppedInner = from('inner', { method: 'Fetch.requestPaused', params: paused });
    const nested = { method: 'Target.receivedMessageFromTarget', params: stoppedInner };
    session.tell('Target.receivedMessageFromTarget', from('frame', nested));
    await settle();
    // The message to the inner one goes through the outer one, so that it is in a message itself.
    expect(messages(session).at(-1)).toContain('Fetch.continueResponse');

    session.tell('Target.detachedFromTarget', { sessionId: 'frame' });
    const stopped = vi.fn();
    void stop().then(stopped);
    await settle();

    expect(stopped).toHaveBeenCalled();
  });
});
