import { describe, expect, it } from 'vitest';
import { encodeUtf8, settled, testRelay } from '../../src/testing/index.js';

describe('commands', () => {
  it('a command reaches its node and its result comes back as the bytes that the node sent', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');

    const id = alice.command('n1', { tab: 't1' });
    expect(alice.events(id)).toEqual(['routed']);
    const text = `{"payload":{"ok":true,"durationMs":3,"action":"x","data":"é 1.0"} , "extra" : 1.50,
      "protocolVersion":"1.0","messageType":"result","requestId":"${id}","senderRole":"node"}`;
    node.sendText(text);

    expect(alice.peer.raw.at(-1)).toEqual(encodeUtf8(text));
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('only that a command waits, or left, may be told a moment later', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');

    const first = alice.command('n1', { tab: 't1' });
    const second = alice.queue('n1', { tab: 't1' });
    node.answer(first);
    alice.cancel(second);
    node.answer(second);
    const durable = alice.command('n1', { tab: 't1', idempotencyKey: 'key' });
    await settled();
    node.answer(durable);
    await settled();

    const acknowledged = [`${first} routed`, `${second} queued`, `${second} routed`, `${durable} routed`];
    expect(alice.peer.soon).toEqual(acknowledged);
    expect(alice.terminals(durable)).toHaveLength(1);
    expect(node.peer.soon).toEqual([]);
    expect(alice.terminals(first)).toHaveLength(1);
  });

  it('unknown fields, the traceId and the requestId travel on', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');

    const payload = { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: 'x', hint: 'kept' };
    const id = alice.send('command', payload, { traceId: 'trace-1', vendor: { a: 1 } });

    expect(node.commands[0]).toMatchObject({ requestId: id, traceId: 'trace-1', vendor: { a: 1 } });
    expect(node.commands[0]?.payload).toMatchObject({ hint: 'kept', timeoutMs: 30_000 });
    expect(alice.lastFrame).toMatchObject({ messageType: 'event', traceId: 'trace-1' });
  });

  it('the relay says who asks, and a controller cannot', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');

    const input = { __controllerClientId: 'bob', __anything: 1, url: 'about:blank' };
    alice.command('n1', { action: 'primitive.tab.open', input });
    alice.command('n1', { action: 'primitive.tab.navigate', tab: 't1', input });

    expect(node.commands[0]?.payload['payload']).toEqual({ url: 'about:blank', __controllerClientId: 'alice' });
    expect(node.commands[1]?.payload['payload']).toEqual({ url: 'about:blank' });
  });

  it('of duplicate keys the last one is checked, and the last one is sent', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');

    alice.sendText(
      `{"protocolVersion":"1.0","messageType":"command","requestId":"r","senderRole":"controller","timestamp":"${world.clock.isoNow()}",` +
        `"payload":{"targetNodeId":"n2","targetNodeId":"n1","action":"secret.thing","action":"primitive.tab.query","replayNonce":"n"}}`,
    );

    expect(node.commands[0]?.payload).toMatchObject({ targetNodeId: 'n1', action: 'primitive.tab.query' });
    expect(JSON.stringify(node.commands[0])).not.toContain('secret');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an action out of scope', { action: 'admin.reset' }, 'forbidden_action'],
    ['an action of the relay', { action: 'relay.command_status' }, 'forbidden_action'],
    ['close_owned', { action: 'primitive.tab.close_owned' }, 'forbidden_action'],
    ['no nonce', { replayNonce: undefined }, 'missing_replay_nonce'],
    ['a nonce that is too long', { replayNonce: 'x'.repeat(201) }, 'invalid_command'],
    ['no node', { targetNodeId: undefined }, 'missing_target_node'],
    ['a node id that is no string', { targetNodeId: 7 }, 'invalid_command'],
    ['no action', { action: undefined }, 'invalid_command'],
    ['an input that is no object', { payload: [] }, 'invalid_command'],
    ['a timeout that is no number', { timeoutMs: 'soon' }, 'invalid_command'],
    ['an unknown wait policy', { waitPolicy: 'sometimes' }, 'invalid_command'],
    ['a tab that is no string', { tabSessionId: 5 }, 'invalid_command'],
    ['a node without a grant', { targetNodeId: 'n2' }, 'acl_missing_node_grant'],
    ['a node that is not connected', { targetNodeId: 'n3' }, 'node_offline'],
  ])('%s is refused before anything is sent', async (_name, change, code) => {
    const world = await testRelay({ grants: { alice: ['n1', 'n3'] } });
    const node = await world.node('n1');
    const other = await world.node('n2');
    const alice = await world.controller('alice');

    const payload = { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: 'x', ...change };
    alice.send('command', payload);

    expect(alice.lastError).toMatchObject({ code, effect: 'none', retryable: code === 'node_offline' });
    expect([...node.commands, ...other.commands]).toEqual([]);
    expect(world.relay.tables().commands).toBe(0);
  });

  it('a refusal for want of a grant names node, client and what to do, and is logged', async () => {
    const world = await testRelay({ grants: { alice: [] } });
    await world.node('n1');
    const alice = await world.controller('alice');

    const id = alice.command('n1');

    expect(alice.lastError).toMatchObject({ code: 'acl_missing_node_grant', nodeId: 'n1', clientId: 'alice' });
    expect(alice.lastError?.['actionableHint']).toContain('otto access grant alice');
    expect(world.log.ofType('controller_acl_denied')[0]).toMatchObject({ requestId: id, nodeId: 'n1', level: 'warn' });
  });

  it('a node may not send commands', async () => {
    const world = await testRelay();
    const node = await world.node('n1');
    node.send('command', { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: 'x' });
    expect(node.lastError).toMatchObject({ code: 'forbidden_role' });
  });

  it('a nonce is used up even when a later check fails, and on every socket of the identity', async () => {
    const world = await testRelay({ grants: { alice: [] } });
    const alice = await world.controller('alice');
    const again = await world.controller('alice', 'ctl_second');

    alice.command('n1', { replayNonce: 'once' });
    expect(alice.lastError).toMatchObject({ code: 'acl_missing_node_grant' });
    again.command('n1', { replayNonce: 'once' });
    expect(again.lastError).toMatchObject({ code: 'replay_rejected' });
  });

  it.each([
    ['in words', 'yesterday', 'invalid_timestamp'],
    ['without a zone', '2026-01-31T12:00:00', 'invalid_timestamp'],
    ['that is missing', undefined, 'invalid_timestamp'],
    ['of an hour ago', '2026-01-31T11:00:00Z', 'timestamp_out_of_window'],
  ])('a timestamp %s is refused', async (_name, timestamp, code) => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const alice = await world.controller('alice');
    alice.send('command', { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: 'x' }, { timestamp });
    expect(alice.lastError).toMatchObject({ code });
    if (code === 'timestamp_out_of_window') expect(alice.lastError?.['relayTime']).toBe(world.clock.isoNow());
  });

  it('a requestId that is live is refused, in the session and at the node, and is free again afterwards', async () => {
    const world = await testRelay({ grants: { alice: ['n1', 'n2'], bob: ['n1'] } });
    const node = await world.node('n1');
    await world.node('n2');
    const alice = await world.controller('alice');
    const bob = await world.controller('bob');

    alice.command('n1', { requestId: 'same' });
    alice.command('n2', { requestId: 'same' });
    expect(alice.lastError).toMatchObject({ code: 'duplicate_request_id' });
    bob.command('n1', { requestId: 'same' });
    expect(bob.lastError).toMatchObject({ code: 'duplicate_request_id' });

    node.answer('same');
    bob.command('n1', { requestId: 'same' });
    expect(bob.events('same')).toEqual(['routed']);
  });

  it('reconnecting does not refill the rate limit', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, config: { rateLimitPerMin: 2 } });
    await world.node('n1');
    const first = await world.controller('alice');
    first.command('n1');
    first.command('n1');
    first.drop();

    const second = await world.controller('alice');
    second.command('n1');
    expect(second.lastError).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 30_000 });

    world.pass(30_000);
    const id = second.command('n1');
    expect(second.events(id)).toEqual(['routed']);
  });

  it('a node whose socket takes no more data is node_busy', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    node.peer.buffered = 8 * 1024 * 1024 + 1;
    alice.command('n1');
    expect(alice.lastError).toMatchObject({ code: 'node_busy', retryable: true, effect: 'none' });
  });

  it('at most 64 commands without a tab are in flight for one identity', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');

    const ids = Array.from({ length: 64 }, () => alice.command('n1'));
    alice.command('n1');
    expect(alice.lastError).toMatchObject({ code: 'too_many_commands' });

    node.answer(ids[0] ?? '');
    const more = alice.command('n1');
    expect(alice.events(more)).toEqual(['routed']);
  });

  it('a forced close names its tab, and needs no room among those without one', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    await world.node('n1');
    const alice = await world.controller('alice');
    for (let count = 0; count < 64; count += 1) alice.command('n1');

    const close = alice.command('n1', { tab: 't1', action: 'primitive.tab.close', input: { force: true } });

    expect(alice.events(close)).toEqual(['routed']);
  });

  it('at most 256 commands without a tab are in flight at one node, over all identities', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const world = await testRelay({ grants: Object.fromEntries(names.map((name) => [name, ['n1', 'n2']])) });
    const node = await world.node('n1');
    await world.node('n2');
    const [last, ...others] = await Promise.all(names.map((name) => world.controller(name)));
    for (const other of others) for (let count = 0; count < 64; count += 1) other.command('n1');
    expect(node.commands).toHaveLength(256);

    last?.command('n1');
    expect(last?.lastError).toMatchObject({ code: 'too_many_commands', retryable: true, effect: 'none' });
    const elsewhere = last?.command('n2') ?? '';
    expect(last?.events(elsewhere)).toEqual(['routed']);
    node.answer(node.commandIds[0] ?? '');
    const more = last?.command('n1') ?? '';
    expect(last?.events(more)).toEqual(['routed']);
  });

  it('at most 1,024 commands of one identity are in flight, whatever their tabs and their sockets', async () => {
    const world = await testRelay({ grants: { alice: ['n1', 'n2'], bob: ['n1'] } });
    const node = await world.node('n1');
    await world.node('n2');
    const alice = await world.controller('alice');
    const again = await world.controller('alice', 'ctl_second');
    const bob = await world.controller('bob');
    const ids = Array.from({ length: 1_024 }, (_, tab) =>
      alice.command(tab % 2 === 0 ? 'n1' : 'n2', { tab: `t${tab}` }),
    );
    expect(alice.ofType('error')).toEqual([]);

    for (const sender of [alice, again]) {
      sender.command('n1', { tab: 'one-more' });
      expect(sender.lastError).toMatchObject({ code: 'too_many_commands', retryable: true, effect: 'none' });
      sender.queue('n1', { tab: 't0' });
      expect(sender.lastError).toMatchObject({ code: 'too_many_commands' });
    }
    expect(bob.events(bob.command('n1', { tab: 'b' }))).toEqual(['routed']);
    node.answer(ids[0] ?? '');
    expect(alice.events(alice.command('n1', { tab: 'one-more' }))).toEqual(['routed']);
    expect(world.relay.tables().commands).toBe(1_025);
  });

  it('at most 1,024 requests of one identity wait for durable commands, though each is sent once', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    for (let count = 0; count < 1_024; count += 1) alice.command('n1', { idempotencyKey: 'k1' });
    await settled();
    expect(node.commands).toHaveLength(1);

    alice.command('n1', { idempotencyKey: 'k1' });
    expect(alice.lastError).toMatchObject({ code: 'too_many_commands', effect: 'none' });
  });

  it('at most 4,096 commands are in flight at one node', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const world = await testRelay({ grants: Object.fromEntries(names.map((name) => [name, ['n1']])) });
    const node = await world.node('n1');
    const [last, ...others] = await Promise.all(names.map((name) => world.controller(name)));
    for (const other of others) {
      for (let tab = 0; tab < 1_024; tab += 1) other.command('n1', { tab: `${others.indexOf(other)}-${tab}` });
    }
    expect(world.relay.tables().commands).toBe(4_096);

    last?.command('n1', { tab: 'one-more' });
    expect(last?.lastError).toMatchObject({ code: 'too_many_commands' });
    node.answer(node.commandIds[7] ?? '');
    const more = last?.command('n1', { tab: 'one-more' }) ?? '';
    expect(last?.events(more)).toEqual(['routed']);
  });

  it("a node cannot answer another node's command, nor a controller any", async () => {
    const world = await testRelay({ grants: { alice: ['n1'], mallory: [] } });
    const node = await world.node('n1');
    const foreign = await world.node('n2');
    const alice = await world.controller('alice');
    const mallory = await world.controller('mallory');
    const id = alice.command('n1');

    foreign.answer(id);
    mallory.send('result', { ok: true, durationMs: 0, action: 'x' }, { requestId: id });
    expect(alice.terminals(id)).toEqual([]);
    expect(world.log.ofType('result_owner_mismatch')).toHaveLength(2);

    node.answer(id);
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('a second answer of the node is dropped and logged', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    const id = alice.command('n1');

    node.answer(id);
    node.answer(id);

    expect(alice.terminals(id)).toHaveLength(1);
    expect(world.log.ofType('late_result_dropped')).toHaveLength(1);
  });

  it('every accepted command leaves its entries in the log under its requestId', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    const id = alice.command('n1', { tab: 't1' });
    world.clock.advance(40);
    node.answer(id);

    const entries = world.log.entries.filter((entry) => entry.requestId === id);
    expect(entries.map(({ type, source }) => [type, source])).toEqual([
      ['command_routed', 'controller'],
      ['result', 'node'],
    ]);
    expect(entries[1]).toMatchObject({ clientId: 'alice', nodeId: 'n1', status: 'completed', durationMs: 40 });
  });
});
