import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { OttoClient, OttoError, type ClientStatus, type CommandEvent } from '../src/index.js';
import { DEADLINE_MARGIN_MS } from '../src/running-command.js';
import { acceptClient, framesOf, scripted, sendFrame } from './scripted-relay.js';
import { sdkWorld, type SdkWorld } from './world.js';

let world: SdkWorld;

afterEach(() => expect(world.relay.bugs).toEqual([]));

const OPEN = { action: 'primitive.tab.open', data: { tabSessionId: 't1', tabId: 1, url: 'about:blank' } } as const;

describe('the status of a client', () => {
  it('says what goes on, and tells of each change until it is stopped', async () => {
    const { client } = await joined();
    const told: ClientStatus['phase'][] = [];
    const stop = client.on('status', ({ phase }) => told.push(phase));
    expect(client.status).toEqual({ phase: 'connected' });

    await cut();
    expect(client.status).toMatchObject({
      phase: 'reconnecting',
      retryInMs: 300,
      error: { code: 'relay_disconnected' },
    });
    await back();
    expect(client.status).toEqual({ phase: 'connected' });
    expect(told).toEqual(['reconnecting', 'reconnecting', 'connected']);
    stop();
    await client.close();

    expect(client.status).toEqual({ phase: 'closed' });
    expect(told).toHaveLength(3);
  });

  it('of a revoked client is closed, with the reason', async () => {
    const { client } = await joined();

    world.newestSocket.close(4_403, 'credential_revoked');
    await settled();

    expect(client.status).toMatchObject({ phase: 'closed', error: { code: 'controller_revoked' } });
  });

  it('comes in jittered waits that grow while the relay is away', async () => {
    const { client } = await joined();
    const waits: number[] = [];
    client.on('status', (status) => {
      if (status.phase === 'reconnecting' && status.retryInMs > 0) waits.push(status.retryInMs);
    });
    world.isDown = true;
    await cut();

    for (let tries = 0; tries < 5; tries += 1) {
      world.relay.clock.advance(waits.at(-1) ?? 0);
      await settled();
    }

    // With the chance of 0.5 each is in the middle of its span.
    expect(waits).toEqual([300, 550, 800, 800, 800, 800]);
    await client.close();
  });
});

describe('a durable command', () => {
  it('whose answer was lost with the connection gives its outcome, and was carried out once', async () => {
    const { client, node } = await joined();
    const events: CommandEvent[] = [];
    const running = client.send(OPEN.action, {}, { ...keyed('k1'), onEvent: (event) => events.push(event) });
    await settled();

    await cut();
    node.reply(node.commands[0]!, { data: OPEN.data });
    await settled();
    await back();

    expect((await running).data).toEqual(OPEN.data);
    expect(node.commands.filter(({ action }) => action === OPEN.action)).toHaveLength(1);
    expect(events.map(({ type }) => type)).toEqual(['routed', 'resubmitted']);
  });

  it('that is sent while the connection is away waits for it', async () => {
    const { client, node } = await joined(() => ({ data: OPEN.data }));
    await cut();
    const running = client.send(OPEN.action, {}, keyed('k1'));
    await settled();
    expect(node.commands).toEqual([]);

    await back();

    expect((await running).data).toEqual(OPEN.data);
  });

  it('is not kept for ever by a relay that stays away', async () => {
    const { client } = await joined();
    const never = failureOf(client.send(OPEN.action, {}, { ...keyed('k1'), timeoutMs: 2_000 }));
    await settled();
    await cut();
    const unsent = failureOf(client.send(OPEN.action, {}, { ...keyed('k2'), timeoutMs: 2_000 }));

    await away(2_000 + DEADLINE_MARGIN_MS);

    expect(await never).toMatchObject({ code: 'client_timeout', effect: 'unknown', retryable: true });
    expect(await unsent).toMatchObject({ code: 'client_timeout', effect: 'none', retryable: true });
    await client.close();
  });

  it('survives a relay that shuts down', async () => {
    const { client, node } = await joined();
    const running = client.send(OPEN.action, {}, keyed('k1'));
    await settled();
    const ids = { protocolVersion: '1.0', requestId: node.commands[0]!.requestId, senderRole: 'relay' };
    const payload = { category: 'routing', code: 'relay_shutting_down', message: 'Bye.' };

    world.newestSocket.send(JSON.stringify({ ...ids, messageType: 'error', payload }));
    await settled();
    node.reply(node.commands[0]!, { data: OPEN.data });
    await cut();
    await back();

    expect((await running).data).toEqual(OPEN.data);
  });

  it('that was cancelled while the connection is away is not submitted again', async () => {
    const { client, node } = await joined();
    const abort = new AbortController();
    const failure = failureOf(client.send(OPEN.action, {}, { ...keyed('k1'), signal: abort.signal }));
    await settled();
    await cut();

    abort.abort();

    expect(await failure).toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
    await back();
    expect(node.commands.filter(({ action }) => action === OPEN.action)).toHaveLength(1);
  });

  it('knocks again when the relay is back before its node, and when it is asked to be slower', async () => {
    const { client, far: relay, clock } = await resubmitting();
    const running = client.send(OPEN.action, {}, keyed('k1'));
    await relay.cutAndBack();
    const far = relay.now;

    sendFrame(far, 'error', framesOf(far, 'command')[0]!.requestId, { code: 'node_offline', effect: 'none' });
    await settled();
    clock.advance(1_050);
    await settled();
    sendFrame(far, 'error', framesOf(far, 'command')[1]!.requestId, { code: 'rate_limited', retryAfterMs: 7_000 });
    await settled();
    clock.advance(6_999);
    await settled();
    expect(framesOf(far, 'command')).toHaveLength(2);
    clock.advance(1);
    await settled();
    const [first, , third] = framesOf(far, 'command');
    sendFrame(far, 'result', third!.requestId, { ok: true, durationMs: 1, data: OPEN.data });

    expect((await running).data).toEqual(OPEN.data);
    expect(third!.payload).toMatchObject({ idempotencyKey: 'k1', timeoutMs: expect.any(Number) });
    expect(third!.payload['replayNonce']).not.toBe(first!.payload['replayNonce']);
    await client.close();
    expect(clock.armedCount).toBe(0);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['its node is back', { code: 'node_offline', effect: 'none' }],
    ['the relay has time for it', { code: 'rate_limited', retryAfterMs: 7_000 }],
  ])('that is cancelled while it waits until %s is not submitted again', async (_what, refusal) => {
    const { client, far, clock } = await resubmitting();
    const abort = new AbortController();
    const failure = failureOf(client.send(OPEN.action, {}, { ...keyed('k1'), signal: abort.signal }));
    await far.cutAndBack();
    sendFrame(far.now, 'error', framesOf(far.now, 'command')[0]!.requestId, refusal);
    await settled();

    abort.abort();

    expect(await failure).toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
    clock.advance(10_000);
    await settled();
    expect(framesOf(far.now, 'command')).toHaveLength(1);
    expect(framesOf(far.now, 'command_cancel')).toEqual([]);
    await client.close();
    expect(clock.armedCount).toBe(0);
  });

  it('that is cancelled when it hears of its resubmission is not submitted again', async () => {
    const { client, far, clock } = await resubmitting();
    const abort = new AbortController();
    const onEvent = ({ type }: CommandEvent): void => (type === 'resubmitted' ? abort.abort() : undefined);
    const failure = failureOf(client.send(OPEN.action, {}, { ...keyed('k1'), signal: abort.signal, onEvent }));

    await far.cutAndBack();

    expect(await failure).toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
    expect(framesOf(far.now, 'command')).toEqual([]);
    expect(framesOf(far.now, 'command_cancel')).toEqual([]);
    await client.close();
    expect(clock.armedCount).toBe(0);
  });

  it('that is too large for the relay ends with the first connection that it costs; the others go on', async () => {
    const { client, node } = await joined(({ action }) => (action === OPEN.action ? { data: OPEN.data } : 'silence'));
    const acknowledged = client.send('primitive.of_tomorrow', { text: 'x'.repeat(100_000) }, keyed('k1'));
    await settled();
    const large = failureOf(client.send(OPEN.action, { url: 'x'.repeat(100_000) }, keyed('k2')));
    const small = client.send(OPEN.action, {}, keyed('k3'));
    world.newestSocket.onText = () => {};
    world.newestSocket.close(1_009, 'message too big');
    await settled();

    expect(await large).toMatchObject({ code: 'invalid_command', effect: 'unknown', retryable: false });
    node.reply(node.commands[0]!, { data: 1 });
    await back();
    expect((await small).data).toEqual(OPEN.data);
    expect((await acknowledged).data).toBe(1);
  });

  it('is not taken for too large a frame of another command, durable or not', async () => {
    const { client, far } = await resubmitting();
    const innocent = client.send(OPEN.action, { url: 'x'.repeat(100_000) }, keyed('k1'));
    const culprit = failureOf(client.send(OPEN.action, { url: 'x'.repeat(100_002) }, keyed('k2')));
    const lost = failureOf(client.send(OPEN.action, { url: 'x'.repeat(100_001) }, { nodeId: 'n1' }));
    const large = client.send(OPEN.action, { url: 'x'.repeat(99_999) }, keyed('k3'));
    await settled();

    await far.cutAndBack(1_009);
    expect(await culprit).toMatchObject({ code: 'invalid_command', effect: 'unknown' });
    expect(await lost).toMatchObject({ code: 'relay_disconnected' });
    const refused = failureOf(client.send(OPEN.action, { url: 'x'.repeat(110_000) }, { nodeId: 'n1' }));
    await far.cutAndBack(1_009);

    expect(await refused).toMatchObject({ code: 'invalid_command', effect: 'unknown' });
    for (const { requestId } of framesOf(far.now, 'command')) {
      sendFrame(far.now, 'result', requestId, { ok: true, durationMs: 1, data: OPEN.data });
    }
    expect((await innocent).data).toEqual(OPEN.data);
    expect((await large).data).toEqual(OPEN.data);
    await client.close();
  });

  it('that a shut door meets at its return says that it may have had an effect', async () => {
    const { client } = await joined();
    const failure = failureOf(client.send(OPEN.action, {}, keyed('k1')));
    await settled();
    await cut();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: Infinity } as const;
    await world.relay.relay.access.grants.set(owner, { clientId: 'alice', grant: false });

    await back();

    expect(await failure).toMatchObject({ code: 'acl_missing_node_grant', effect: 'unknown' });
  });
});

describe('a command that may be repeated', () => {
  it('is, while a repeat is safe and helps', async () => {
    let tries = 0;
    const { client } = await joined(() => ((tries += 1) < 3 ? BUSY : { data: OPEN.data }));
    const events: CommandEvent[] = [];
    const running = client.send(OPEN.action, {}, { nodeId: 'n1', retry: true, onEvent: (event) => events.push(event) });

    await passing(2_000);

    expect((await running).data).toEqual(OPEN.data);
    expect(events.filter(({ type }) => type === 'retrying')).toMatchObject([
      { attempt: 2, waitMs: 300, error: { code: 'tab_busy' } },
      { attempt: 3, waitMs: 550 },
    ]);
  });

  it('is not when it may have had an effect, whatever a node says', async () => {
    const { client, node } = await joined(() => ({ error: { ...BUSY.error, effect: 'unknown' } }));
    const failure = failureOf(client.send(OPEN.action, {}, { nodeId: 'n1', retry: true }));

    await passing(2_000);

    expect(await failure).toMatchObject({ code: 'tab_busy' });
    expect(node.commands).toHaveLength(1);
  });

  it('gives up after its tries, with the last failure', async () => {
    const { client, node } = await joined(() => BUSY);
    const failure = failureOf(client.send(OPEN.action, {}, { nodeId: 'n1', retry: { attemptsMax: 2 } }));

    await passing(2_000);

    expect(await failure).toMatchObject({ code: 'tab_busy', effect: 'none' });
    expect(node.commands).toHaveLength(2);
  });

  it('gives up when its budget leaves no room for another try', async () => {
    const { client, node } = await joined(() => BUSY);
    const options = { nodeId: 'n1', timeoutMs: 2_500, retry: { attemptsMax: 100 } };
    const failure = failureOf(client.send(OPEN.action, {}, options));

    await passing(3_000);

    expect(await failure).toMatchObject({ code: 'tab_busy' });
    expect(node.commands).toHaveLength(3);
  });

  it('waits for the connection, when that was lost', async () => {
    const { client } = await joined(() => ({ data: { tabs: [] } }));
    await cut();
    const running = client.send('primitive.tab.query', {}, { nodeId: 'n1', retry: true });
    await settled();

    await back();
    await passing(1_000);

    expect((await running).data.tabs).toEqual([]);
  });

  it('can be cancelled between two tries', async () => {
    const { client, node } = await joined(() => BUSY);
    const abort = new AbortController();
    const failure = failureOf(client.send(OPEN.action, {}, { nodeId: 'n1', retry: true, signal: abort.signal }));
    await settled();

    abort.abort();

    expect(await failure).toMatchObject({ code: 'command_cancelled', effect: 'none' });
    expect(node.commands).toHaveLength(1);
  });
});

const BUSY = { error: { code: 'tab_busy', category: 'lock_conflict', retryable: true, effect: 'none' } } as const;

function keyed(idempotencyKey: string) {
  return { nodeId: 'n1', idempotencyKey };
}

async function joined(answer: Parameters<SdkWorld['node']>[0] = () => 'silence') {
  world = await sdkWorld();
  const node = await world.node(answer);
  const client = await world.connect();
  return { client, node };
}

/** A client of a scripted relay, whose connection can be cut. */
async function resubmitting() {
  const { platform, network, clock } = scripted();
  const connecting = OttoClient.connect({ relayUrl: 'ws://relay', accessToken: 't', platform });
  await settled();
  acceptClient(network.newest);
  const client = await connecting;
  const far = {
    get now() {
      return network.newest;
    },
    async cutAndBack(code?: number): Promise<void> {
      await settled();
      if (code === undefined) network.newest.drop();
      else network.newest.close(code);
      await settled();
      clock.advance(1_000);
      await settled();
      acceptClient(network.newest);
      await settled();
    },
  };
  return { client, far, clock };
}

async function cut(): Promise<void> {
  world.newestSocket.drop();
  await settled();
}

async function back(): Promise<void> {
  world.relay.clock.advance(300);
  await settled();
}

/** Lets time pass in small steps, so that what is answered meanwhile is seen. */
async function passing(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    await settled();
    world.relay.clock.advance(50);
  }
  await settled();
}

/** The same, and no relay answers. */
async function away(ms: number): Promise<void> {
  world.isDown = true;
  await passing(ms);
}

async function failureOf(promise: Promise<unknown>): Promise<OttoError> {
  const outcome = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (outcome instanceof OttoError) return outcome;
  throw outcome;
}
