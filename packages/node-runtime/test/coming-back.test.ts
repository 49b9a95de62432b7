import { CLOSE_CODES, makeFrame } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX_LEAST, HEARTBEAT_INTERVAL_MS } from '@telepat/otto-protocol/limits';
import { PONG_MS_MAX } from '@telepat/otto-relay-link';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { nodeWorld, type NodeWorld } from './world.js';

const READ = 'primitive.dom.extract_text';
const OPEN = 'primitive.tab.open';

/** Long enough for a receipt to be asked for and given. */
const RECEIPT_MS = 300;

let world: NodeWorld;

beforeEach(async () => {
  world = await nodeWorld();
});

describe('an outcome', () => {
  it('that was lost with its connection is sent again over the next one', async () => {
    const { reading, release } = await heldReading();
    world.network.newest.onText = () => {};
    release();
    await settled();
    await reconnect();

    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true, data: { text: 'Text of A' } });
  });

  it('that has surely arrived is not sent again', async () => {
    const { reading, release } = await heldReading();
    release();
    await settled();
    await world.pass(RECEIPT_MS);
    await reconnect();

    expect(sent().filter(({ requestId }) => requestId === reading)).toHaveLength(1);
  });

  it('is of no use any more when the relay has given its id to another command', async () => {
    const { reading, release } = await heldReading();
    world.network.newest.onText = () => {};
    release();
    await settled();
    const again = { targetNodeId: 'n1', action: READ, payload: { url: 'https://b.test/' } };
    say('command', again, reading);
    await settled();
    await reconnect();

    const texts = sent().filter(({ requestId }) => requestId === reading);
    expect(texts.map(({ payload }) => payload.data.text)).toEqual(['Text of A', 'Text of B', 'Text of B']);
  });

  it('that is larger than the relay takes becomes an error that says so, and cuts no further connection', async () => {
    const large = 'x'.repeat(100_000);
    world = await nodeWorld({ 'https://a.test/': { text: large } });
    const { reading, release } = await heldReading();
    const small = world.send(world.alice, READ, { url: 'https://a.test/', selector: 'nothing' });
    world.network.newest.onText = () => {};
    release();
    await settled();

    await reconnect(CLOSE_CODES.frame_too_large);

    expect(world.answer(world.alice, reading)).toMatchObject({ code: 'content_too_large', effect: 'unknown' });
    expect(world.answer(world.alice, small)).toMatchObject({ code: 'element_not_found' });
  });

  it('that is less than half of an update which the relay would not take keeps what it says', async () => {
    const text = 'x'.repeat(30_000);
    world = await nodeWorld({ 'https://a.test/': { text } });
    const { reading, release } = await heldReading();
    const tab = await world.open(world.alice);
    const subscribing = world.alice.queue('n1', {
      action: 'listener.subscribe',
      input: { listener: 'network.http_intercept', options: { tabSessionId: tab, site: 'a.test' } },
    });
    await settled();
    expect(world.answer(world.alice, subscribing)).toMatchObject({ ok: true });
    world.network.newest.onText = () => {};
    world.driver.pages[1]!.respond({ url: 'https://a.test/large', body: 'y'.repeat(70_000) });
    release();
    await settled();

    await reconnect(CLOSE_CODES.frame_too_large);

    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true, data: { text } });
    expect(world.log).toContainEqual(expect.objectContaining({ type: 'frame_limit_learned' }));
  });
});

describe('relay.command_status', () => {
  it('tells the outcome of a durable command that has ended', async () => {
    const id = world.alice.command('n1', { action: OPEN, idempotencyKey: 'k1' });
    await settled();

    expect(await status('k1', id)).toMatchObject({
      status: 'done',
      outcome: { messageType: 'result', payload: { ok: true, action: OPEN, data: { url: 'about:blank' } } },
    });
  });

  it('tells of one that runs', async () => {
    const tab = await world.open(world.alice);
    world.driver.pages[0]!.hold();
    const id = world.alice.command('n1', { action: READ, tab, idempotencyKey: 'k1' });
    await settled();

    expect(await status('k1', id)).toEqual({ status: 'running' });
  });

  it('is sure of one that has never come', async () => {
    await world.open(world.alice);

    expect(await status('k1', 'r1')).toEqual({ status: 'unknown', neverReceived: true });
  });

  it('that asks for nothing is refused', async () => {
    const id = say('command', { targetNodeId: 'n1', action: 'relay.command_status', payload: { idempotencyKey: 7 } });
    await settled();

    expect(answerTo(id)).toMatchObject({ code: 'invalid_action_input' });
  });

  it('is answered also by a node that is stopping', async () => {
    const id = world.alice.command('n1', { action: OPEN, idempotencyKey: 'k1' });
    await settled();
    world.driver.pages[0]!.close = () => new Promise(() => {});
    void world.node.stop();

    expect(await status('k1', id)).toMatchObject({ status: 'done' });
  });
});

describe('a durable command that somebody asks for again', () => {
  it('runs until the last who waits for it gives up, and not only as long as the first does', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold();
    const first = await ask(tab, 30_000);
    await world.pass(20_000);
    const second = await ask(tab, 30_000);
    await world.pass(25_000);
    expect(world.answer(world.alice, first)).toMatchObject({ code: 'command_timed_out' });

    release();
    await world.pass(1_000);

    expect(world.answer(world.alice, second)).toMatchObject({ ok: true, data: { text: 'Text of A' } });
  });

  async function ask(tab: string, timeoutMs: number): Promise<string> {
    const id = world.alice.command('n1', { action: READ, tab, timeoutMs, idempotencyKey: 'k1' });
    await settled();
    return id;
  }
});

it('an event that is not for nodes, or makes no sense, changes nothing', async () => {
  const { reading, release } = await heldReading();
  say('event', { type: 'command_deadline', targetRequestId: reading, timeoutMs: 'for ever' });
  say('event', { type: 'command_deadline', timeoutMs: 1_000 });
  say('event', { type: 'command_deadline', targetRequestId: 7, timeoutMs: 1_000 });
  say('event', { type: 'command_deadline', targetRequestId: 'nobody', timeoutMs: 1_000 });
  say('event', { type: 'from_a_newer_relay' });
  release();
  await settled();

  expect(world.answer(world.alice, reading)).toMatchObject({ ok: true });
});

it('what a node says until it is let in fits a relay of the smallest frames, with room for more actions', () => {
  const [hello = '', auth = ''] = world.network.newest.received;

  expect(JSON.parse(hello)).toMatchObject({ messageType: 'hello' });
  expect(JSON.parse(auth)).toMatchObject({ messageType: 'auth' });
  expect(Math.max(hello.length, auth.length)).toBeLessThan(FRAME_BYTES_MAX_LEAST / 2);
});

it('the log of the relay hears of a loss once it is over', async () => {
  await reconnect();

  const entries = sent().filter(({ payload }) => payload['type'] === 'extension_log');
  expect(entries.map(({ payload }) => payload['entry'])).toMatchObject([
    { level: 'info', type: 'connection_restored', status: 'relay_disconnected', data: { durationMs: 500 } },
  ]);
});

describe('the state of a node', () => {
  it('is connected only while the relay answers', async () => {
    expect(world.states).toEqual(['connecting', 'connected']);
    world.network.newest.onText = () => {};
    world.relay.clock.advance(HEARTBEAT_INTERVAL_MS);
    await settled();
    expect(world.node.state.phase).toBe('connected');

    world.relay.clock.advance(PONG_MS_MAX);
    await settled();

    expect(world.node.state.phase).toBe('unanswered');
    expect(world.states.at(-1)).toBe('unanswered');
  });
});

/** A command of alice that reads a tab and waits there until it is released. */
async function heldReading(): Promise<{ reading: string; release: () => void }> {
  const tab = await world.open(world.alice);
  const release = world.driver.pages[0]!.hold();
  const reading = world.send(world.alice, READ, {}, tab);
  await settled();
  return { reading, release };
}

/** The node notices that its connection is lost, and the relay does not before the node is back. */
async function reconnect(closeCode = 1_006): Promise<void> {
  world.network.newest.close(closeCode, 'the network failed');
  await settled();
  world.relay.clock.advance(500);
  await settled();
  expect(world.node.state.phase).toBe('connected');
}

async function status(idempotencyKey: string, targetRequestId: string): Promise<unknown> {
  const payload = { idempotencyKey, targetRequestId };
  const id = say('command', { targetNodeId: 'n1', action: 'relay.command_status', payload });
  await settled();
  return answerTo(id)?.data;
}

/** The relay says something that the core would not say by itself. */
function say(messageType: 'command' | 'event', payload: object, requestId = 'asked'): string {
  world.network.newest.send(JSON.stringify(makeFrame(messageType, { requestId, senderRole: 'relay', payload })));
  return requestId;
}

function answerTo(id: string): { data?: unknown; code?: string } | undefined {
  return sent().find(({ requestId }) => requestId === id)?.payload;
}

/** Every frame that the node has sent. */
function sent(): { requestId: string; payload: { data: { text?: string }; [field: string]: unknown } }[] {
  return world.network.opened.flatMap(({ received }) => received).map((text) => JSON.parse(text));
}
