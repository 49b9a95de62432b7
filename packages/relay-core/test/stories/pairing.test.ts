import { describe, expect, it } from 'vitest';
import type { Caller, Origin } from '../../src/access/identity.js';
import { settled } from '../../src/testing/index.js';
import { ANYONE, AWAY, HERE, OPERATOR, accessWorld } from '../access-world.js';

const MINUTE_MS = 60_000;
const EXTENSION: Origin = { ...HERE, extensionOrigin: 'chrome-extension://otto' };

/** A controller that was not registered, with scopes of the test's choice. */
function controllerWith(scopes: readonly string[]): Caller {
  return { kind: 'bearer', identity: { role: 'controller', controllerId: 'ctl_x', scopes, expiresAt: Infinity } };
}

describe('asking to be paired', () => {
  it('a node gets a code for people and a challenge id for itself, valid for five minutes', async () => {
    const world = await accessWorld();

    const reply = world.access.pairing.request({ nodeId: 'node_abcdef' }, HERE);

    expect(reply).toMatchObject({ nodeId: 'node_abcdef', status: 'pending', expiresAt: world.clock.now() + 300_000 });
    expect(reply.code).toMatch(/^\d{3}-\d{3}$/);
    expect(await world.access.pairing.status(reply.challengeId)).toEqual({
      challengeId: reply.challengeId,
      nodeId: 'node_abcdef',
      status: 'pending',
      expiresAt: reply.expiresAt,
    });
  });

  it('the request is logged without its code and without its challenge id', async () => {
    const world = await accessWorld();

    const { code, challengeId } = world.access.pairing.request({ nodeId: 'n1' }, EXTENSION);

    const [entry] = world.log.ofType('pairing_requested');
    expect(entry).toMatchObject({ source: 'relay', level: 'info', nodeId: 'n1' });
    expect(JSON.stringify(entry)).toContain('chrome-extension://otto at 127.0.0.1');
    expect(JSON.stringify(entry)).not.toContain(code);
    expect(JSON.stringify(entry)).not.toContain(challengeId);
  });

  it('a pending challenge is given again to whoever knows its id, and to the same extension at the same address', async () => {
    const world = await accessWorld();
    const first = world.access.pairing.request({ nodeId: 'n1' }, EXTENSION);

    const byId = world.access.pairing.request({ nodeId: 'n1', challengeId: first.challengeId }, AWAY);
    const byOrigin = world.access.pairing.request({ nodeId: 'n1' }, EXTENSION);

    expect(byId).toEqual(first);
    expect(byOrigin).toEqual(first);
    expect(world.log.ofType('pairing_requested')).toHaveLength(1);
  });

  it('everybody else gets a challenge of its own', async () => {
    const world = await accessWorld();
    const first = world.access.pairing.request({ nodeId: 'n1' }, EXTENSION);

    const others = [
      world.access.pairing.request({ nodeId: 'n1' }, HERE),
      world.access.pairing.request({ nodeId: 'n1' }, { ...EXTENSION, address: '127.0.0.2' }),
      world.access.pairing.request({ nodeId: 'n1' }, { ...EXTENSION, extensionOrigin: 'chrome-extension://other' }),
      world.access.pairing.request({ nodeId: 'n2', challengeId: first.challengeId }, HERE),
    ];

    const ids = [first, ...others].map(({ challengeId }) => challengeId);
    expect(new Set(ids).size).toBe(5);
    expect(new Set([first, ...others].map(({ code }) => code)).size).toBe(5);
  });

  it('pending challenges are bounded: 5 a node, 20 an address, 100 in all, until they expire', async () => {
    const world = await accessWorld();
    const ask = (nodeId: string, address: string) =>
      world.access.pairing.request({ nodeId }, { address, isLoopback: false });
    const tooMany = expect.objectContaining({ code: 'too_many_pairings' });

    for (let count = 0; count < 5; count += 1) ask('n1', `10.0.0.${count}`);
    expect(() => ask('n1', '10.0.0.9')).toThrow(tooMany);
    for (let count = 0; count < 20; count += 1) ask(`a${count}`, '10.0.1.1');
    expect(() => ask('b1', '10.0.1.1')).toThrow(tooMany);
    for (let count = 0; count < 75; count += 1) ask(`c${count}`, `10.0.2.${count}`);
    expect(() => ask('d1', '10.0.3.1')).toThrow(tooMany);

    world.clock.advance(5 * MINUTE_MS);
    ask('n1', '10.0.1.1');
  });

  it('what ended is remembered for ten minutes, and not without end', async () => {
    const world = await accessWorld();
    const approved = world.access.pairing.request({ nodeId: 'n0' }, HERE);
    await world.access.pairing.approve(OPERATOR, approved.code);
    const forgotten = expect.objectContaining({ code: 'challenge_not_found' });

    world.clock.advance(10 * MINUTE_MS - 1);
    expect((await world.access.pairing.status(approved.challengeId)).status).toBe('approved');
    world.clock.advance(1);
    await expect(world.access.pairing.status(approved.challengeId)).rejects.toEqual(forgotten);

    const first = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    await world.access.pairing.approve(OPERATOR, first.code);
    for (let count = 0; count < 1_001; count += 1) {
      await world.access.pairing.approve(OPERATOR, world.access.pairing.request({ nodeId: 'n2' }, HERE).code);
    }
    await expect(world.access.pairing.status(first.challengeId)).rejects.toEqual(forgotten);
  });
});

describe('looking at what is pending', () => {
  it('strangers see codes with shortened node ids, and nobody ever sees a challenge id', async () => {
    const world = await accessWorld();
    const node = await world.node('node_mine');
    const asked = ['node_abcdef', 'node_mine', 'n1', 'x'].map((nodeId) =>
      world.access.pairing.request({ nodeId }, HERE),
    );
    const namesFor = (caller: Caller) => world.access.pairing.pending(caller).pending.map(({ nodeId }) => nodeId);

    expect(namesFor(ANYONE)).toEqual(['node_ab…', 'node_mi…', 'n…', '…']);
    expect(namesFor(controllerWith(['*']))).toEqual(['node_ab…', 'node_mi…', 'n…', '…']);
    expect(namesFor(node.caller)).toEqual(['node_ab…', 'node_mine', 'n…', '…']);
    expect(namesFor(OPERATOR)).toEqual(['node_abcdef', 'node_mine', 'n1', 'x']);
    for (const caller of [ANYONE, OPERATOR, node.caller]) {
      const shown = JSON.stringify(world.access.pairing.pending(caller));
      for (const { challengeId, code } of asked) {
        expect(shown).not.toContain(challengeId);
        expect(shown).toContain(code);
      }
    }
  });

  it('the operator sees where a request came from and whether the node is paired already', async () => {
    const world = await accessWorld();
    await world.node('n1');
    world.access.pairing.request({ nodeId: 'n1' }, AWAY);
    world.access.pairing.request({ nodeId: 'n2' }, EXTENSION);

    const { pending } = world.access.pairing.pending(OPERATOR);

    const requestedAt = world.clock.now();
    expect(pending).toMatchObject([
      { nodeId: 'n1', requestedFrom: '192.0.2.7', requestedAt, alreadyPaired: true },
      { nodeId: 'n2', requestedFrom: 'chrome-extension://otto at 127.0.0.1', requestedAt, alreadyPaired: false },
    ]);
  });
});

describe('approving', () => {
  it('the operator approves with or without the dash, and gets a controller bound to that node', async () => {
    const world = await accessWorld({ defaultControllerScopes: ['primitive.tab.*'] });
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);

    const reply = await world.access.pairing.approve(OPERATOR, code.replace('-', ''));

    expect(reply).toMatchObject({ nodeId: 'n1', status: 'approved', challengeId, scopes: ['primitive.tab.*'] });
    const controller = await world.access.tokens.verify(reply.controllerAccessToken ?? '');
    expect(controller).toMatchObject({ role: 'controller', nodeId: 'n1', controllerId: reply.controllerId });
    expect(controller.clientId).toBeUndefined();
    expect(world.access.grants.allows(controller, 'n1')).toBe(true);
    expect(world.access.grants.allows(controller, 'n2')).toBe(false);
    await world.access.tokens.refresh(reply.controllerRefreshToken ?? '');
    expect(world.log.ofType('pairing_approved')).toMatchObject([{ nodeId: 'n1', data: { approvedBy: 'operator' } }]);
  });

  it('the node gets its tokens, again and again, until it authenticates with them', async () => {
    const world = await accessWorld();
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    await world.access.pairing.approve(OPERATOR, code);

    const first = await world.access.pairing.status(challengeId);
    const second = await world.access.pairing.status(challengeId);
    expect(first).toMatchObject({ status: 'approved', approvedAt: world.clock.now() });
    expect(second).toEqual(first);
    world.access.noteAuthenticated(await world.access.tokens.verify(first.nodeAccessToken ?? ''));

    const third = await world.access.pairing.status(challengeId);
    expect(third).toMatchObject({ status: 'approved' });
    expect(third).not.toHaveProperty('nodeAccessToken');
    expect(third).not.toHaveProperty('nodeRefreshToken');
  });

  it('a node that comes late gets an access token that is still good', async () => {
    const world = await accessWorld({ accessTokenTtlMs: MINUTE_MS });
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    await world.access.pairing.approve(OPERATOR, code);
    world.clock.advance(5 * MINUTE_MS);

    const { nodeAccessToken = '' } = await world.access.pairing.status(challengeId);

    expect(await world.access.tokens.verify(nodeAccessToken)).toMatchObject({ role: 'node', nodeId: 'n1' });
  });

  it('tokens that the node has exchanged already are not handed out', async () => {
    const world = await accessWorld();
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    await world.access.pairing.approve(OPERATOR, code);
    const { nodeRefreshToken = '' } = await world.access.pairing.status(challengeId);

    await world.access.tokens.refresh(nodeRefreshToken);

    expect(await world.access.pairing.status(challengeId)).not.toHaveProperty('nodeRefreshToken');
  });

  it('the first authentication after pairing anew ends what the node was paired with before', async () => {
    const world = await accessWorld();
    const old = await world.node('n1');
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    await world.access.pairing.approve(OPERATOR, code);
    const { nodeAccessToken = '' } = await world.access.pairing.status(challengeId);
    const identity = await world.access.tokens.verify(nodeAccessToken);

    world.access.noteAuthenticated(old.identity);
    expect(world.watcher.families).toEqual([]);
    world.access.noteAuthenticated(identity);

    expect(world.watcher.families).toEqual([old.identity.sid]);
    await expect(world.access.tokens.refresh(old.refreshToken)).rejects.toMatchObject({
      code: 'invalid_refresh_token',
    });
    expect(world.access.tokens.isPaired('n1')).toBe(true);
    expect(world.bugs).toEqual([]);
  });

  it('the same holds when the relay was restarted in between', async () => {
    const before = await accessWorld();
    const old = await before.node('n1');
    before.clock.advance(1);
    const { challengeId, code } = before.access.pairing.request({ nodeId: 'n1' }, HERE);
    await before.access.pairing.approve(OPERATOR, code);
    const { nodeAccessToken = '' } = await before.access.pairing.status(challengeId);
    const world = await before.restart();

    world.access.noteAuthenticated(await world.access.tokens.verify(nodeAccessToken));

    expect(world.watcher.families).toEqual([old.identity.sid]);
  });

  it('the first approval wins, also while it is on its way to storage', async () => {
    const world = await accessWorld();
    const { code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    const notPending = { code: 'pairing_not_pending' };
    const release = world.held.refreshSessions.hold();

    const winner = world.access.pairing.approve(OPERATOR, code);
    await expect(world.access.pairing.approve(OPERATOR, code)).rejects.toMatchObject(notPending);
    release();

    expect(await winner).toMatchObject({ status: 'approved' });
    await expect(world.access.pairing.approve(OPERATOR, code)).rejects.toMatchObject(notPending);
  });

  it('an approval that cannot be stored leaves the challenge pending and the node unpaired', async () => {
    const world = await accessWorld();
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    world.storage.refreshSessions.failNext = new Error('disk full');

    await expect(world.access.pairing.approve(OPERATOR, code)).rejects.toThrow('disk full');

    expect((await world.access.pairing.status(challengeId)).status).toBe('pending');
    expect(world.access.tokens.isPaired('n1')).toBe(false);
    await world.access.pairing.approve(OPERATOR, code);
  });

  it('an expired code is not pending any more', async () => {
    const world = await accessWorld();
    const { challengeId, code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    world.clock.advance(5 * MINUTE_MS);

    await expect(world.access.pairing.approve(OPERATOR, code)).rejects.toMatchObject({ code: 'pairing_not_pending' });
    expect((await world.access.pairing.status(challengeId)).status).toBe('expired');
  });

  it('a paired node vouches for one that was never paired, and gets no controller for it', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const { code } = world.access.pairing.request({ nodeId: 'n2' }, HERE);

    expect(await world.access.pairing.approve(node.caller, code)).toEqual({ nodeId: 'n2', status: 'approved' });
    expect(world.log.ofType('pairing_approved').at(-1)).toMatchObject({
      nodeId: 'n2',
      data: { approvedBy: 'node', approverNodeId: 'n1' },
    });
  });

  it('a paired node approves itself anew, but not another one that is paired', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    await world.node('n2');
    const own = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    const other = world.access.pairing.request({ nodeId: 'n2' }, HERE);

    const reply = await world.access.pairing.approve(node.caller, own.code);
    const attempt = world.access.pairing.approve(node.caller, other.code);

    expect(reply).toHaveProperty('controllerAccessToken');
    await expect(attempt).rejects.toMatchObject({ code: 'forbidden_scope' });
    await world.access.pairing.approve(OPERATOR, other.code);
  });

  it('a node that is removed while it approves itself is not paired by that, and a person may still approve it', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const { code, challengeId } = world.access.pairing.request({ nodeId: 'n1' }, HERE);

    const approving = world.access.pairing.approve(node.caller, code);
    const refused = expect(approving).rejects.toMatchObject({ code: 'invalid_access_token' });
    await world.access.nodes.remove('n1', false);

    await refused;
    expect(world.access.tokens.isPaired('n1')).toBe(false);
    expect(await world.access.pairing.status(challengeId)).toMatchObject({ status: 'pending' });
    await world.access.pairing.approve(OPERATOR, code);
    expect(world.access.tokens.isPaired('n1')).toBe(true);
  });

  it('a controller approves only with scope pairing.approve, and strangers never', async () => {
    const world = await accessWorld();
    const { code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);

    await expect(world.access.pairing.approve(ANYONE, code)).rejects.toMatchObject({ code: 'missing_access_token' });
    await expect(world.access.pairing.approve(controllerWith(['*']), code)).rejects.toMatchObject({
      code: 'forbidden_scope',
    });
    const reply = await world.access.pairing.approve(controllerWith(['pairing.approve']), code);

    expect(reply).toHaveProperty('controllerRefreshToken');
  });

  it('after five wrong codes an approver is refused for a minute, even with the right one; others are not', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const { code } = world.access.pairing.request({ nodeId: 'n1' }, HERE);
    const tooMany = { code: 'too_many_attempts' };

    for (let count = 0; count < 5; count += 1) {
      world.clock.advance(10_000);
      await expect(world.access.pairing.approve(node.caller, '999-999')).rejects.toMatchObject({
        code: 'pairing_not_found',
      });
    }
    await expect(world.access.pairing.approve(node.caller, code)).rejects.toMatchObject(tooMany);
    world.clock.advance(MINUTE_MS - 1);
    await expect(world.access.pairing.approve(node.caller, code)).rejects.toMatchObject(tooMany);
    const other = world.access.pairing.request({ nodeId: 'n3' }, HERE);
    await world.access.pairing.approve(OPERATOR, other.code);

    world.clock.advance(1);
    await world.access.pairing.approve(node.caller, code);
    await settled();
    expect(world.bugs).toEqual([]);
  });
});
