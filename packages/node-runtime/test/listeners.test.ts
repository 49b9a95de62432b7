import { httpInterceptUpdate, listenerUpdateEvent } from '@telepat/otto-protocol';
import {
  FRAME_BYTES_MAX,
  LISTENERS_PER_NODE_MAX,
  LISTENERS_PER_TAB_MAX,
  LISTENER_BUFFERED_BYTES_MAX,
  LISTENER_UPDATES_HELD_MAX,
  TABS_PER_OWNER_MAX,
} from '@telepat/otto-protocol/limits';
import type { TestController } from '@telepat/otto-relay-core/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TELL_MISSED_MS } from '../src/subscription.js';
import type { CapturedResponse, DriverPage, InterceptWatcher } from '../src/index.js';
import type { ScriptedPage } from '../src/testing/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const LISTENER = 'network.http_intercept';

let world: NodeWorld;
let tab: string;

beforeEach(async () => {
  world = await nodeWorld();
  tab = await world.open(world.alice);
});

afterEach(() => expect(world.relay.bugs).toEqual([]));

describe('subscribing to network.http_intercept', () => {
  it('gives what the tab loads, each under an id of its own', async () => {
    const { requestId } = await subscribe();

    page().respond({ url: 'https://a.test/one', body: '1' });
    page().respond({ url: 'https://cdn.test/two', body: '2', bodyBytes: 1 });
    await settled();

    const updates = updatesOf(world.alice, requestId);
    expect(updates).toEqual([
      {
        type: 'listener_update',
        updateType: 'network.response',
        emittedAt: world.relay.clock.now(),
        data: {
          eventId: expect.stringMatching(/^evt_/),
          tabSessionId: tab,
          site: 'a.test',
          url: 'https://a.test/one',
          method: 'GET',
          status: 200,
          mimeType: 'application/json',
          requestId: '1',
          captureSource: 'network',
          emittedAt: world.relay.clock.now(),
          body: '1',
        },
      },
      expect.objectContaining({ data: expect.objectContaining({ url: 'https://cdn.test/two', bodyBytes: 1 }) }),
    ]);
    expect(new Set(updates.map(({ data }) => data.eventId)).size).toBe(2);
  });

  it('takes its defaults from the documentation, and the rest from the options', async () => {
    await subscribe();
    await subscribe({
      mode: 'hybrid',
      urlPatterns: ['https://a.test/api/**', 'https://b.test/*'],
      requestHostAllowlist: ['a.test'],
      mimeTypes: ['Application/JSON'],
      includeBody: false,
      includeHeaders: true,
      maxBodyBytes: 9,
    });

    const [plain, chosen] = [...page().interceptions.values()];
    expect(plain).toMatchObject({
      mode: 'network',
      urlPatterns: [],
      includeBody: true,
      includeHeaders: false,
      maxBodyBytes: 256_000,
    });
    expect(chosen).toMatchObject({ mode: 'hybrid', includeBody: false, includeHeaders: true, maxBodyBytes: 9 });
    expect(chosen?.urlPatterns).toEqual(['https://a.test/api/**', 'https://b.test/*']);
    const wants = (url: string) => chosen?.wantsRequest(url, 'https://a.test/');
    expect(wants('https://a.test/api/1/2')).toBe(true);
    expect(wants('https://a.test/other')).toBe(false);
    expect(wants('https://b.test/1')).toBe(false);
    expect(chosen?.wantsType('application/json; charset=utf-8')).toBe(true);
    expect(chosen?.wantsType('text/html')).toBe(false);
    expect(plain?.wantsType('')).toBe(true);
  });

  it('redacts what proves an identity, in headers and in addresses', async () => {
    const { requestId } = await subscribe({ includeHeaders: true });

    page().respond({
      url: 'https://user:password@a.test/me',
      requestHeaders: { Authorization: 'Bearer s3cret', accept: '*/*' },
      responseHeaders: { 'set-cookie': 'session=s3cret', etag: '"1"' },
    });
    await settled();

    const [{ data } = missing()] = updatesOf(world.alice, requestId);
    expect(data).toMatchObject({
      url: 'https://a.test/me',
      requestHeaders: { Authorization: '[redacted]', accept: '*/*' },
      responseHeaders: { 'set-cookie': '[redacted]', etag: '"1"' },
    });
    expect(JSON.stringify(world.alice.received)).not.toMatch(/s3cret|password/);
  });

  it('carries the trace of the subscribe on each update', async () => {
    const payload = { listener: LISTENER, options: { tabSessionId: tab, site: 'a.test' } };
    const command = { targetNodeId: 'n1', action: 'listener.subscribe', payload, replayNonce: 'a nonce' };
    const requestId = world.alice.send('command', command, { traceId: 'a-trace' });
    await settled();

    page().respond();
    await settled();

    expect(world.alice.received.filter((frame) => frame.requestId === requestId).at(-1)).toMatchObject({
      messageType: 'event',
      traceId: 'a-trace',
      payload: { type: 'listener_update' },
    });
  });

  it.each<[string, Wish, string, RegExp]>([
    ['a listener that there is not', { listener: 'page.mutations' }, 'action_not_supported', /network\.http_intercept/],
    ['no options', { options: undefined }, 'invalid_action_input', /^options\.tabSessionId/],
    ['no site', { site: undefined }, 'invalid_action_input', /^options\.site/],
    ['a site that is no host', { site: 'https://a.test/' }, 'invalid_action_input', /^options\.site/],
    ['an unknown option', { depth: 3 }, 'invalid_action_input', /^options/],
    ['an unknown mode', { mode: 'all' }, 'invalid_action_input', /^options\.mode/],
    ['a host that is none', { requestHostAllowlist: ['a b'] }, 'invalid_action_input', /requestHostAllowlist/],
    ['too much of patterns', { urlPatterns: tooManyPatterns() }, 'invalid_action_input', /10000 characters/],
    ['a tab that there is not', { tabSessionId: 'tab_none' }, 'unknown_tab_session', /no tab/],
    ['a tab at another site', { site: 'b.test' }, 'site_mismatch', /b\.test/],
    ['a tab at another port', { site: 'a.test:8443' }, 'site_mismatch', /a\.test:8443/],
  ])('is refused for %s', async (_case, wish, code, message) => {
    const { answer } = await subscribe(wish);

    expect(answer).toMatchObject({ code, effect: 'none', message: expect.stringMatching(message) });
    expect(page().interceptions.size).toBe(0);
  });

  it('is refused, and may be tried again, while the tab has not arrived at a page', async () => {
    tab = String((await world.run(world.alice, 'primitive.tab.open')).data['tabSessionId']);

    const { answer } = await subscribe();

    expect(answer).toMatchObject({ code: 'tab_url_not_ready', retryable: true });
  });

  it('is open to whoever knows the tab, as reading it is', async () => {
    const { answer, requestId } = await subscribe({}, world.bob);

    page().respond();
    await settled();

    expect(answer).toMatchObject({ ok: true, data: { listener: LISTENER, subscribed: true } });
    expect(updatesOf(world.bob, requestId)).toHaveLength(1);
    expect(world.alice.events(requestId)).toEqual([]);
  });

  it('leaves nothing when it is cancelled while the browser is slow', async () => {
    const release = page().hold();
    const requestId = world.send(world.alice, 'listener.subscribe', inputOf({}));
    await settled();

    world.alice.cancel(requestId);
    await settled();
    release();
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_cancelled', effect: 'none' });
    expect(page().interceptions.size).toBe(0);
  });

  it('leaves nothing when the browser is done only after its outcome was given', async () => {
    const release = page().hold();
    const requestId = world.send(world.alice, 'listener.subscribe', inputOf({}));
    await settled();
    world.alice.cancel(requestId);
    world.relay.clock.advance(5_000);
    await settled();
    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_cancelled' });

    release();
    await settled();

    expect(page().interceptions.size).toBe(0);
  });
});

describe('the site of a subscription', () => {
  it('is the only one of which anything is told, wherever the tab goes', async () => {
    const { requestId } = await subscribe();
    page().respond({ url: 'https://a.test/before' });
    await world.run(world.alice, 'primitive.tab.navigate', { url: 'https://b.test/' }, tab);

    page().respond({ url: 'https://b.test/secret' });
    page().respond({ url: 'https://a.test/asked-for-elsewhere' });
    await world.run(world.alice, 'primitive.tab.navigate', { url: 'https://a.test/' }, tab);
    page().respond({ url: 'https://a.test/after' });
    await settled();

    const urls = updatesOf(world.alice, requestId).map(({ data }) => data.url);
    expect(urls).toEqual(['https://a.test/before', 'https://a.test/after']);
  });
});

describe('the order on the wire', () => {
  it('is the result first, also where something is captured before', async () => {
    const count = LISTENER_UPDATES_HELD_MAX + 5;
    watchInterceptions((watcher) => {
      for (let index = 0; index < count; index += 1)
        watcher.captured('network.response', response({ body: `${index}` }));
    });

    const { requestId } = await subscribe();
    world.relay.clock.advance(TELL_MISSED_MS);
    await settled();

    const frames = world.alice.received.filter((frame) => frame.requestId === requestId);
    const types = frames.map(({ messageType, payload }) => payload['type'] ?? messageType);
    expect(types.slice(0, 3)).toEqual(['routed', 'result', 'listener_update']);
    const bodies = updatesOf(world.alice, requestId).map(({ data }) => data.body);
    expect(bodies).toEqual([...Array.from({ length: LISTENER_UPDATES_HELD_MAX }, (_, index) => `${index}`), undefined]);
    expect(updatesOf(world.alice, requestId).at(-1)).toMatchObject({
      updateType: 'network.error',
      data: { error: 'updates_missed', missedCount: 5 },
    });
  });

  it('holds for a tab that goes while it is subscribed to', async () => {
    watchInterceptions((watcher) => watcher.detached('tab_closed'));

    const { answer, requestId } = await subscribe();

    expect(answer).toMatchObject({ ok: true });
    expect(updatesOf(world.alice, requestId)).toMatchObject([{ updateType: 'network.detached' }]);
    expect(await unsubscribe(requestId)).toMatchObject({ data: { unsubscribed: false } });
  });
});

describe('unsubscribing', () => {
  it('ends the capturing and the updates, and a second time is no error', async () => {
    const { requestId } = await subscribe();
    const first = await unsubscribe(requestId);
    const again = await world.run(world.alice, 'listener.unsubscribe', { targetRequestId: requestId });

    expect(first).toMatchObject({ ok: true, data: { targetRequestId: requestId, unsubscribed: true } });
    expect(again).toMatchObject({ code: 'listener_not_found' });
    expect(page().interceptions.size).toBe(0);
    expect(updatesOf(world.alice, requestId)).toEqual([]);
  });

  it('of one leaves the others of the same tab', async () => {
    const [one, other] = [await subscribe(), await subscribe({}, world.bob)];
    await unsubscribe(one.requestId);

    page().respond();
    await settled();

    expect(updatesOf(world.alice, one.requestId)).toEqual([]);
    expect(updatesOf(world.bob, other.requestId)).toHaveLength(1);
  });

  it('comes from the relay when the controller has gone', async () => {
    await subscribe();

    world.alice.drop();
    await settled();

    expect(page().interceptions.size).toBe(0);
  });

  it('reports a browser that cannot stop as a bug, and is over all the same', async () => {
    watchInterceptions(
      () => {},
      () => Promise.reject(new Error('stuck')),
    );
    const { requestId } = await subscribe();

    expect(await unsubscribe(requestId)).toMatchObject({ data: { unsubscribed: true } });
    expect(world.log).toMatchObject([{ type: 'internal_error', requestId, error: { message: 'stuck' } }]);
  });
});

describe('a tab that goes', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['closed', 'tab_closed', () => world.run(world.alice, 'primitive.tab.close', {}, tab)],
    ['crashed', 'tab_crashed', async () => page().crash()],
  ])('is told once as %s, and the subscription is gone', async (_case, error, leave) => {
    const { requestId } = await subscribe();

    await leave();
    await settled();

    expect(updatesOf(world.alice, requestId)).toEqual([
      expect.objectContaining({
        updateType: 'network.detached',
        data: expect.objectContaining({ error, tabSessionId: tab, site: 'a.test', url: '', status: 0 }),
      }),
    ]);
    expect(await unsubscribe(requestId)).toMatchObject({ ok: true, data: { unsubscribed: false } });
  });

  it('is told also when the node stops', async () => {
    const { requestId } = await subscribe();

    await world.node.stop();

    expect(updatesOf(world.alice, requestId)).toMatchObject([{ updateType: 'network.detached' }]);
    expect(world.relay.clock.armedCount).toBe(await timersWithoutNode());
  });
});

describe('a connection that is lost', () => {
  it('and that the relay noticed: nothing is captured any more once it is back', async () => {
    const { requestId } = await subscribe();

    world.network.newest.drop();
    await settled();
    page().respond();
    expect(page().interceptions.size).toBe(1);
    await reconnect();

    expect(world.alice.events(requestId)).toEqual(['routed', 'listener_ended']);
    expect(page().interceptions.size).toBe(0);
    expect(world.log).toMatchObject([{ type: 'connection_restored' }]);
  });

  it('and taken over: the subscription goes on, and says how much was left out', async () => {
    const { requestId } = await subscribe();

    await loseSilently();
    page().respond({ body: 'left out' });
    page().respond({ body: 'left out, too' });
    await reconnect();
    page().respond({ body: 'again' });
    await settled();

    const updates = updatesOf(world.alice, requestId);
    expect(updates).toMatchObject([
      { updateType: 'network.error', data: { error: 'updates_missed', missedCount: 2, url: '', status: 0 } },
      { updateType: 'network.response', data: { body: 'again' } },
    ]);
    expect(updates[1]?.data).not.toHaveProperty('missedCount');
  });

  it('before the answer to a subscribe was sent: what could not be delivered is not captured for long', async () => {
    const release = page().hold();
    world.send(world.alice, 'listener.subscribe', inputOf({}));
    await settled();
    world.network.newest.drop();
    await settled();
    release();
    await settled();
    expect(page().interceptions.size).toBe(1);

    await reconnect();

    expect(page().interceptions.size).toBe(0);
  });

  it('for good ends everything', async () => {
    await subscribe();

    world.network.newest.close(4_409, 'replaced');
    await settled();

    expect(world.node.state.phase).toBe('stopped');
    expect(page().interceptions.size).toBe(0);
  });
});

describe('what could grow', () => {
  it(`is refused beyond ${LISTENERS_PER_TAB_MAX} subscriptions of a tab, and possible again after one has ended`, async () => {
    const ids: string[] = [];
    for (let count = 0; count < LISTENERS_PER_TAB_MAX; count += 1) ids.push((await subscribe()).requestId);

    const { answer } = await subscribe();
    expect(answer).toMatchObject({
      code: 'too_many_listeners',
      retryable: true,
      message: expect.stringContaining('tab'),
    });
    await unsubscribe(ids[0]!);
    expect((await subscribe()).answer).toMatchObject({ ok: true });
  });

  it(`is refused beyond ${LISTENERS_PER_NODE_MAX} subscriptions of a node`, { timeout: 60_000 }, async () => {
    const tabs = [tab];
    while (tabs.length < TABS_PER_OWNER_MAX) tabs.push(await world.open(world.alice));
    const perTab = LISTENERS_PER_NODE_MAX / TABS_PER_OWNER_MAX;
    for (const tabSessionId of tabs) {
      for (let count = 0; count < perTab; count += 1) {
        expect((await subscribe({ tabSessionId })).answer).toMatchObject({ ok: true });
        // Or the relay would find the controller too fast, or too fond of listeners.
        world.relay.pass(100);
      }
    }

    const { answer } = await subscribe({ tabSessionId: await world.open(world.bob) }, world.bob);

    expect(answer).toMatchObject({ code: 'too_many_listeners', message: expect.stringContaining('node') });
  });

  it('is left out and counted while the connection takes no more, and told when it does', async () => {
    const { requestId } = await subscribe();

    world.network.newest.bufferedBytes = LISTENER_BUFFERED_BYTES_MAX + 1;
    page().respond();
    page().respond();
    world.relay.clock.advance(TELL_MISSED_MS);
    await settled();
    expect(updatesOf(world.alice, requestId)).toEqual([]);
    world.network.newest.bufferedBytes = LISTENER_BUFFERED_BYTES_MAX;
    world.relay.clock.advance(TELL_MISSED_MS);
    await settled();

    expect(updatesOf(world.alice, requestId)).toMatchObject([{ data: { error: 'updates_missed', missedCount: 3 } }]);
  });

  it('is told with the next update, if one comes first', async () => {
    let watcher: InterceptWatcher | undefined;
    watchInterceptions((one) => (watcher = one));
    const { requestId } = await subscribe();

    watcher?.missed(7);
    watcher?.captured('network.response', response());
    await settled();
    world.relay.clock.advance(TELL_MISSED_MS);
    await settled();

    expect(updatesOf(world.alice, requestId)).toMatchObject([{ data: { status: 200, missedCount: 7 } }]);
  });

  it('is told without body and headers when even these are too large', async () => {
    const { requestId } = await subscribe();

    page().respond({ responseHeaders: { 'x-large': 'x'.repeat(FRAME_BYTES_MAX) }, bodyBytes: 2 });
    await settled();

    const [{ data } = missing()] = updatesOf(world.alice, requestId);
    expect(data).toMatchObject({ error: 'too_large_for_frame', url: 'https://a.test/items', bodyBytes: 2 });
    expect(data).not.toHaveProperty('body');
    expect(data).not.toHaveProperty('responseHeaders');
  });

  it('is counted as missed when nothing can be left out any more', async () => {
    const { requestId } = await subscribe();

    page().respond({ url: `https://a.test/${'x'.repeat(FRAME_BYTES_MAX)}` });
    world.relay.clock.advance(TELL_MISSED_MS);
    await settled();

    expect(updatesOf(world.alice, requestId)).toMatchObject([{ data: { error: 'updates_missed', missedCount: 1 } }]);
  });
});

/** Subscribes to the tab at a.test; the wish changes options, or the listener, or leaves the options out. */
async function subscribe(wish: Wish = {}, controller: TestController = world.alice) {
  const requestId = world.send(controller, 'listener.subscribe', inputOf(wish));
  await settled();
  return { requestId, answer: world.answer(controller, requestId) };
}

function inputOf({ listener = LISTENER, ...wish }: Wish): object {
  if ('options' in wish) return { listener };
  return { listener, options: { tabSessionId: tab, site: 'a.test', ...wish } };
}

interface Wish {
  readonly listener?: string;
  readonly [option: string]: unknown;
}

function unsubscribe(targetRequestId: string) {
  return world.run(world.alice, 'listener.unsubscribe', { targetRequestId });
}

function page(): ScriptedPage {
  return world.driver.pages[0]!;
}

function response(fields: Partial<CapturedResponse> = {}): CapturedResponse {
  return {
    url: 'https://a.test/items',
    method: 'GET',
    status: 200,
    mimeType: 'application/json',
    requestId: '1',
    captureSource: 'network',
    ...fields,
  };
}

/** The browser does something of its own with the watcher of each interception, before it has answered. */
function watchInterceptions(
  run: (watcher: InterceptWatcher) => void,
  stop: () => Promise<void> = async () => {},
): void {
  const intercept: DriverPage['intercept'] = async (_options, watcher) => {
    run(watcher);
    return { stop };
  };
  page().intercept = intercept;
}

/** What came under one id as updates, each as the documentation describes it and with nothing beside. */
function updatesOf(controller: TestController, requestId: string) {
  return controller.received
    .filter((frame) => frame.requestId === requestId && frame.payload['type'] === 'listener_update')
    .map(({ payload }) => updateEvent.parse(payload));
}

const updateEvent = listenerUpdateEvent.extend({ data: httpInterceptUpdate.strict() });

type Update = ReturnType<typeof updatesOf>[number];

function missing(): Update {
  throw new Error('there is no update');
}

function tooManyPatterns(): string[] {
  return Array.from({ length: 6 }, () => 'a'.repeat(2_000));
}

/** The node's end fails, and the relay does not notice: the next connection takes over. */
async function loseSilently(): Promise<void> {
  world.network.newest.onClosed = () => {};
  world.network.newest.close(1_006, 'the network failed');
  await settled();
}

async function reconnect(): Promise<void> {
  await settled();
  world.relay.clock.advance(500);
  await settled();
  expect(world.node.state.phase).toBe('connected');
}

/** Timers that a relay has with the two controllers alone. */
async function timersWithoutNode(): Promise<number> {
  const other = await nodeWorld();
  await other.node.stop();
  return other.relay.clock.armedCount;
}
