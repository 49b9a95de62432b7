import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/index.js';
import { HERE, OPERATOR, accessWorld } from '../access-world.js';

const HOUR_MS = 3_600_000;

async function worldOfTwo() {
  const world = await accessWorld();
  const node = await world.node('n1');
  const alice = await world.client('alice');
  const set = (grant: boolean, expiresAt?: number) =>
    world.access.grants.set(node.identity, { clientId: alice.clientId, grant, expiresAt });
  const isAllowed = () => world.access.grants.allows(alice.identity, 'n1');
  return { world, node, alice, set, isAllowed };
}

describe('grants', () => {
  it('a client reaches no node until the node grants it, and then that node only', async () => {
    const { world, alice, set, isAllowed } = await worldOfTwo();
    expect(isAllowed()).toBe(false);

    expect(await set(true)).toEqual({ ok: true, clientId: alice.clientId, nodeId: 'n1', granted: true });

    expect(isAllowed()).toBe(true);
    expect(world.access.grants.allows(alice.identity, 'n2')).toBe(false);
    expect(world.log.ofType('controller_acl_granted')).toMatchObject([
      { level: 'info', source: 'node', nodeId: 'n1', clientId: alice.clientId },
    ]);
    expect((await world.restart()).access.grants.allows(alice.identity, 'n1')).toBe(true);
  });

  it('a controller without a client is bound to the node of its token, and one without both reaches nothing', async () => {
    const { world, node } = await worldOfTwo();
    const bound = { role: 'controller', controllerId: 'ctl_1', nodeId: 'n1', scopes: ['*'], expiresAt: 0 } as const;
    const { nodeId: _nodeId, ...unbound } = bound;

    expect(world.access.grants.allows(bound, 'n1')).toBe(true);
    expect(world.access.grants.allows(bound, 'n2')).toBe(false);
    expect(world.access.grants.allows(unbound, 'n1')).toBe(false);
    expect(world.access.grants.allows(node.identity, 'n1')).toBe(false);
  });

  it('the node in the token of a client grants it nothing', async () => {
    const { world, alice } = await worldOfTwo();

    expect(world.access.grants.allows({ ...alice.identity, nodeId: 'n1' }, 'n1')).toBe(false);
  });

  it('withdrawing acts at once, and is answered when it is durable', async () => {
    const { world, alice, set, isAllowed } = await worldOfTwo();
    await set(true);
    const release = world.held.grants.hold();
    let isAnswered = false;

    const answer = set(false).finally(() => (isAnswered = true));
    expect(isAllowed()).toBe(false);
    expect(world.watcher.grants).toEqual([`${alice.clientId} n1`]);
    await settled();
    expect(isAnswered).toBe(false);
    release();

    expect(await answer).toMatchObject({ granted: false });
    expect(world.log.ofType('controller_acl_revoked')).toMatchObject([
      { source: 'node', nodeId: 'n1', clientId: alice.clientId, data: { reason: 'withdrawn' } },
    ]);
    expect((await world.storage.grants.all()).size).toBe(0);
  });

  it('withdrawing what was not granted changes nothing and tells nobody', async () => {
    const { world, set } = await worldOfTwo();

    expect(await set(false)).toMatchObject({ ok: true, granted: false });

    expect(world.watcher.grants).toEqual([]);
    expect(world.log.ofType('controller_acl_revoked')).toEqual([]);
  });

  it('a change that cannot be stored is taken back', async () => {
    const { world, set, isAllowed } = await worldOfTwo();
    const { grants } = world.storage;

    grants.failNext = new Error('disk full');
    await expect(set(true)).rejects.toThrow('disk full');
    expect(isAllowed()).toBe(false);
    await set(true);
    grants.failNext = new Error('disk full');
    await expect(set(false)).rejects.toThrow('disk full');

    expect(isAllowed()).toBe(true);
  });

  it('a grant ends on time, and who stands on it is told then', async () => {
    const { world, alice, set, isAllowed } = await worldOfTwo();
    await set(true, world.clock.now() + HOUR_MS);

    world.clock.advance(HOUR_MS - 1);
    expect(isAllowed()).toBe(true);
    expect(world.watcher.grants).toEqual([]);
    world.clock.advance(1);

    expect(isAllowed()).toBe(false);
    expect(world.watcher.grants).toEqual([`${alice.clientId} n1`]);
    expect(world.log.ofType('controller_acl_revoked')).toMatchObject([{ data: { reason: 'expired' } }]);
    await settled();
    expect((await world.storage.grants.all()).size).toBe(0);
  });

  it('a grant that is still on its way to storage ends on time, too', async () => {
    const { world, set } = await worldOfTwo();
    const release = world.held.grants.hold();

    const answer = set(true, world.clock.now() + HOUR_MS);
    world.clock.advance(HOUR_MS);

    expect(world.watcher.grants).toHaveLength(1);
    release();
    await answer;
  });

  it('when the wall clock jumps past the end, the grant is over and who stands on it is told within a second', async () => {
    const { world, set, isAllowed } = await worldOfTwo();
    await set(true, world.clock.now() + HOUR_MS);

    world.clock.jump(HOUR_MS);
    expect(isAllowed()).toBe(false);
    world.clock.advance(1_000);

    expect(world.watcher.grants).toHaveLength(1);
  });

  it('granting anew moves the end, and of several grants each ends at its own time', async () => {
    const { world, node, set, isAllowed } = await worldOfTwo();
    const bob = await world.client('bob');
    await set(true, world.clock.now() + HOUR_MS);
    const bobsGrant = { clientId: bob.clientId, grant: true, expiresAt: world.clock.now() + HOUR_MS + 1 };
    await world.access.grants.set(node.identity, bobsGrant);

    await set(true);
    world.clock.advance(HOUR_MS);
    expect(world.watcher.grants).toEqual([]);
    world.clock.advance(1);

    expect(isAllowed()).toBe(true);
    expect(world.watcher.grants).toEqual([`${bob.clientId} n1`]);
  });

  it('a grant that storage refuses leaves the end of the former one in force', async () => {
    const { world, set, isAllowed } = await worldOfTwo();
    await set(true, world.clock.now() + HOUR_MS);
    world.storage.grants.failNext = new Error('disk full');
    await expect(set(true)).rejects.toThrow('disk full');

    world.clock.advance(HOUR_MS);

    expect(isAllowed()).toBe(false);
    expect(world.watcher.grants).toHaveLength(1);
  });

  it('grants keep their end over a restart, and one that ended meanwhile is gone', async () => {
    const { world, node, alice, set } = await worldOfTwo();
    const bob = await world.client('bob');
    await set(true, world.clock.now() + HOUR_MS);
    const bobsGrant = { clientId: bob.clientId, grant: true, expiresAt: world.clock.now() + 1 };
    await world.access.grants.set(node.identity, bobsGrant);
    world.access.close();
    world.clock.advance(1);

    const restarted = await world.restart();
    expect(restarted.access.loaded).toMatchObject({ grants: 1, expired: 1 });
    restarted.clock.advance(HOUR_MS - 1);

    expect(restarted.watcher.grants).toEqual([`${alice.clientId} n1`]);
  });

  it('unknown and removed clients cannot be granted anything, nor anyone a time that is over', async () => {
    const { world, node, alice, set } = await worldOfTwo();
    const notFound = { code: 'client_not_found' };
    const unknown = { clientId: 'clt_unknown', grant: true };

    await expect(world.access.grants.set(node.identity, unknown)).rejects.toMatchObject(notFound);
    await expect(set(true, world.clock.now())).rejects.toMatchObject({ code: 'invalid_expiresAt' });
    await world.access.clients.remove(OPERATOR, alice.clientId);
    await expect(set(true)).rejects.toMatchObject(notFound);
  });

  it('only a node says who may command it', async () => {
    const { world, alice } = await worldOfTwo();
    const body = { clientId: alice.clientId, grant: true };

    await expect(world.access.grants.set(alice.identity, body)).rejects.toMatchObject({ code: 'forbidden_role' });
    expect(() => world.access.grants.list(alice.identity)).toThrow(expect.objectContaining({ code: 'forbidden_role' }));
  });

  it('a node sees every client by name: whether it was removed, what it was granted, and until when', async () => {
    const { world, node, alice } = await worldOfTwo();
    const expiresAt = world.clock.now() + HOUR_MS;
    const zoe = await world.access.clients.register({ name: 'Zoe', description: 'Z', avatarSeed: 's' }, HERE);
    const bob = await world.access.clients.register({ name: 'Bob', description: 'B' }, HERE);
    await world.access.grants.set(node.identity, { clientId: bob.clientId, grant: true, expiresAt });
    await world.access.clients.remove(OPERATOR, zoe.clientId);

    const { nodeId, clients } = world.access.grants.list(node.identity);

    expect(nodeId).toBe('n1');
    const createdAt = world.clock.now();
    expect(clients).toEqual([
      expect.objectContaining({ clientId: alice.clientId, lastUsedAt: createdAt, revoked: false, granted: false }),
      {
        clientId: bob.clientId,
        name: 'Bob',
        description: 'B',
        avatarSeed: bob.clientId,
        createdAt,
        revoked: false,
        granted: true,
        grantExpiresAt: expiresAt,
      },
      {
        clientId: zoe.clientId,
        name: 'Zoe',
        description: 'Z',
        avatarSeed: 's',
        createdAt,
        revoked: true,
        granted: false,
      },
    ]);
  });
});
