import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { OttoError, type CommandEvent } from '../src/index.js';
import { sdkWorld, type SdkWorld } from './world.js';

let world: SdkWorld;

afterEach(() => expect(world.relay.bugs).toEqual([]));

describe('a command', () => {
  it('reaches the node, and its data come back', async () => {
    world = await sdkWorld();
    const node = await world.node(() => ({
      data: { tabSessionId: 'tab_1', tabId: 1, url: 'https://x/' },
      warnings: ['w'],
    }));
    const client = await world.connect();

    const result = await client.send('primitive.tab.open', { url: 'https://x/' }, { nodeId: 'n1' });

    expect(result).toMatchObject({ data: { tabSessionId: 'tab_1' }, durationMs: 1, warnings: ['w'] });
    expect(result.payload).toMatchObject({ ok: true, commandOutcome: 'completed' });
    expect(node.commands).toMatchObject([
      {
        requestId: result.requestId,
        action: 'primitive.tab.open',
        input: { url: 'https://x/', __controllerClientId: 'alice' },
      },
    ]);
  });

  it('knows the types of its action', async () => {
    world = await sdkWorld();
    await world.node(() => ({ data: {} }));
    const client = await world.connect();
    const options = { nodeId: 'n1', tabSessionId: 't1' };

    const known = await client.send('primitive.dom.extract_text', { selector: 'h1' }, options);
    const foreign = await client.send('primitive.of_tomorrow', { anything: 1 }, options);

    expectTypeOf(known.data).toEqualTypeOf<{ tabSessionId?: string | undefined; selector: string; text: string }>();
    expectTypeOf(foreign.data).toEqualTypeOf<unknown>();
    expectTypeOf(client.send<'primitive.dom.extract_text'>)
      .parameter(1)
      .not.toExtend<{ selector: number }>();
  });

  it('tells of its way: queued, then routed', async () => {
    world = await sdkWorld();
    const node = await world.node(() => 'silence');
    const client = await world.connect();
    const events: CommandEvent[] = [];
    const options = { nodeId: 'n1', tabSessionId: 't1', waitPolicy: 'wait_with_timeout' } as const;
    const first = client.send('primitive.dom.extract_text', {}, options);
    const second = client.send(
      'primitive.dom.extract_text',
      {},
      { ...options, onEvent: (event) => events.push(event) },
    );
    await settled();
    expect(events).toEqual([{ type: 'queued', queueDepth: 1 }]);

    node.reply(node.commands[0]!, { data: { text: 'one' } });
    await settled();
    node.reply(node.commands[1]!, { data: { text: 'two' } });

    expect((await first).data.text).toBe('one');
    expect((await second).data.text).toBe('two');
    expect(events).toEqual([{ type: 'queued', queueDepth: 1 }, { type: 'routed' }]);
  });

  it('is never taken for a replay, however often it is sent', async () => {
    world = await sdkWorld();
    await world.node(() => ({ data: {} }));
    const client = await world.connect();

    for (let time = 0; time < 3; time += 1) {
      await expect(client.send('primitive.tab.query', {}, { nodeId: 'n1' })).resolves.toBeDefined();
    }
  });

  it('passes the relay with a clock that is hours off', async () => {
    world = await sdkWorld();
    await world.node(() => ({ data: {} }));
    const { clock } = world.platform;
    const late = { now: () => clock.now() - 7_200_000, ticks: () => clock.ticks(), after: clock.after.bind(clock) };
    const client = await world.connect('alice', { platform: { ...world.platform, clock: late } });

    await expect(client.send('primitive.tab.query', {}, { nodeId: 'n1' })).resolves.toBeDefined();
  });
});

describe('a command that fails', () => {
  it('says what the relay said', async () => {
    world = await sdkWorld();
    await world.node(() => ({ data: {} }), 'n2');
    const client = await world.connect();

    const failure = await failureOf(client.send('primitive.tab.query', {}, { nodeId: 'n2' }));

    expect(failure).toBeInstanceOf(OttoError);
    expect(failure).toMatchObject({
      code: 'acl_missing_node_grant',
      category: 'auth',
      effect: 'none',
      retryable: false,
    });
    expect(failure.hint).toMatch(/otto access grant/);
    expect(failure.requestId).toMatch(/^req_/);
    expect(failure.context.nodeId).toBe('n2');
  });

  it('keeps a code that only the node knows', async () => {
    world = await sdkWorld();
    await world.node(() => ({
      error: { code: 'reddit_is_down', message: 'Reddit is down.', actionableHint: 'Wait.' },
    }));
    const client = await world.connect();

    const failure = await failureOf(client.send('primitive.of_tomorrow', {}, { nodeId: 'n1' }));

    expect(failure).toMatchObject({ code: 'reddit_is_down', category: 'execution', hint: 'Wait.' });
    expect(failure.message).toBe('Reddit is down.');
  });

  it('with a result that is not ok fails as well', async () => {
    world = await sdkWorld();
    const node = await world.node(() => ({ data: {}, ok: false, commandOutcome: 'timed_out' }));
    const client = await world.connect();

    const failure = await failureOf(client.send('primitive.tab.query', {}, { nodeId: 'n1' }));

    expect(failure).toMatchObject({ code: 'command_timed_out', effect: 'unknown' });
    expect(node.commands).toHaveLength(1);
  });

  it('at the deadline of the relay says so, with the honest effect', async () => {
    world = await sdkWorld();
    await world.node(() => 'silence');
    const client = await world.connect();
    const reading = failureOf(client.send('primitive.tab.query', {}, { nodeId: 'n1', timeoutMs: 2_000 }));
    const acting = failureOf(client.send('primitive.tab.open', {}, { nodeId: 'n1', timeoutMs: 2_000 }));
    await settled();

    world.relay.clock.advance(2_000);

    expect(await reading).toMatchObject({ code: 'command_timed_out', effect: 'unknown', retryable: true });
    expect(await acting).toMatchObject({ code: 'command_timed_out', effect: 'unknown', retryable: false });
  });
});

describe('cancelling', () => {
  it('tells the node, and settles with what became of the command', async () => {
    world = await sdkWorld();
    const node = await world.node(() => 'silence');
    const client = await world.connect();
    const abort = new AbortController();
    const running = client.send('primitive.tab.open', {}, { nodeId: 'n1', signal: abort.signal });
    const failure = failureOf(running);
    await settled();

    abort.abort();
    await settled();
    expect(node.cancelled).toEqual([node.commands[0]?.requestId]);
    node.reply(node.commands[0]!, { error: { code: 'command_cancelled', effect: 'unknown' } });

    expect(await failure).toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
  });

  it('a command that was done all the same gives its result', async () => {
    world = await sdkWorld();
    const node = await world.node(() => 'silence');
    const client = await world.connect();
    const abort = new AbortController();
    const running = client.send('primitive.tab.query', {}, { nodeId: 'n1', signal: abort.signal });
    await settled();

    abort.abort();
    await settled();
    node.reply(node.commands[0]!, { data: { tabs: [] } });

    expect((await running).data.tabs).toEqual([]);
  });

  it('before the command was sent sends nothing', async () => {
    world = await sdkWorld();
    const node = await world.node(() => ({ data: {} }));
    const client = await world.connect();

    const running = client.send('primitive.tab.query', {}, { nodeId: 'n1', signal: AbortSignal.abort() });

    expect(await failureOf(running)).toMatchObject({ code: 'command_cancelled', effect: 'none', retryable: true });
    await settled();
    expect(node.commands).toEqual([]);
  });
});

describe('a connection that is lost', () => {
  it('fails what is under way, and says whether it may be repeated', async () => {
    world = await sdkWorld();
    await world.node(() => 'silence');
    const client = await world.connect();
    const reading = failureOf(client.send('primitive.tab.query', {}, { nodeId: 'n1' }));
    const acting = failureOf(client.send('primitive.tab.open', {}, { nodeId: 'n1' }));
    await settled();

    world.newestSocket.drop();

    expect(await reading).toMatchObject({ code: 'relay_disconnected', effect: 'unknown', retryable: true });
    expect(await acting).toMatchObject({ code: 'relay_disconnected', effect: 'unknown', retryable: false });
  });

  it('fails at once what cannot be sent, without effect', async () => {
    world = await sdkWorld();
    await world.node(() => ({ data: {} }));
    const client = await world.connect();
    world.newestSocket.drop();
    await settled();

    const failure = await failureOf(client.send('primitive.tab.open', {}, { nodeId: 'n1' }));

    expect(failure).toMatchObject({ code: 'relay_disconnected', effect: 'none', retryable: true });
  });

  it('comes back by itself', async () => {
    world = await sdkWorld();
    await world.node(() => ({ data: {} }));
    const client = await world.connect();
    world.newestSocket.drop();
    await settled();

    world.relay.clock.advance(1_000);
    await settled();

    await expect(client.send('primitive.tab.query', {}, { nodeId: 'n1' })).resolves.toBeDefined();
  });

  it('because the client was revoked says so, and does not come back', async () => {
    world = await sdkWorld();
    await world.node(() => 'silence');
    const client = await world.connect();
    const running = failureOf(client.send('primitive.tab.query', {}, { nodeId: 'n1' }));
    await settled();

    world.newestSocket.close(4_403, 'credential_revoked');
    await settled();
    world.relay.clock.advance(60_000);
    await settled();

    expect(await running).toMatchObject({ code: 'controller_revoked' });
    const later = await failureOf(client.send('primitive.tab.query', {}, { nodeId: 'n1' }));
    expect(later).toMatchObject({ code: 'controller_revoked', effect: 'none' });
  });

  it('because we left fails what is under way', async () => {
    world = await sdkWorld();
    await world.node(() => 'silence');
    const client = await world.connect();
    const running = failureOf(client.send('primitive.tab.open', {}, { nodeId: 'n1' }));
    await settled();

    await client.close();

    expect(await running).toMatchObject({ code: 'relay_disconnected', effect: 'unknown' });
  });
});

async function failureOf(promise: Promise<unknown>): Promise<OttoError> {
  const outcome = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (outcome instanceof OttoError) return outcome;
  throw outcome;
}
