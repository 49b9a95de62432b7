import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/index.js';
import { HERE, OPERATOR, accessWorld } from '../access-world.js';

const refused = { code: 'invalid_refresh_token' };
const DAY_MS = 24 * 3_600_000;

describe('access tokens', () => {
  it('a token says who its bearer is, with the scopes that are stored with the client', async () => {
    const world = await accessWorld({ defaultControllerScopes: ['primitive.tab.*'] });
    const alice = await world.client('alice');
    const claims = { role: 'controller', clientId: alice.clientId, controllerId: 'ctl_x', scopes: ['*'] };
    const madeElsewhere = `plain:${JSON.stringify({ ...claims, expiresAt: world.clock.now() + 1_000 })}`;

    expect(await world.access.tokens.verify(alice.accessToken)).toMatchObject({
      role: 'controller',
      clientId: alice.clientId,
      scopes: ['primitive.tab.*'],
    });
    expect(await world.access.tokens.verify(madeElsewhere)).toMatchObject({ scopes: ['primitive.tab.*'] });
  });

  it('a token that is not genuine, has expired, or whose family or client is unknown is refused', async () => {
    const world = await accessWorld({ accessTokenTtlMs: 60_000 });
    const alice = await world.client('alice');
    const plain = (claims: object) => `plain:${JSON.stringify({ scopes: [], expiresAt: Infinity, ...claims })}`;
    const expiresAt = world.clock.now() + 3_600_000;
    const bad = [
      'nonsense',
      plain({ role: 'controller', sid: 'fam_unknown', controllerId: 'ctl_1', expiresAt }),
      plain({ role: 'controller', clientId: 'clt_unknown', expiresAt }),
      plain({ role: 'node', expiresAt }),
      plain({ role: 'node', nodeId: 'not a node id', expiresAt }),
    ];
    world.clock.advance(60_000);

    for (const token of [...bad, alice.accessToken]) {
      await expect(world.access.tokens.verify(token)).rejects.toMatchObject({ code: 'invalid_access_token' });
    }
  });

  it('a node token made elsewhere with the same secret is accepted without a family', async () => {
    const world = await accessWorld();
    const claims = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 };

    const identity = await world.access.tokens.verify(`plain:${JSON.stringify(claims)}`);

    expect(identity).toEqual({ role: 'node', nodeId: 'n1', scopes: [], expiresAt: claims.expiresAt });
  });
});

describe('refresh tokens', () => {
  it('each refresh token is exchanged once, and its successor goes on', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');

    const second = await world.access.tokens.refresh(alice.refreshToken);
    const third = await world.access.tokens.refresh(second.refreshToken);

    const identity = await world.access.tokens.verify(third.accessToken);
    expect(identity).toMatchObject({ clientId: alice.clientId, controllerId: alice.identity.controllerId });
    expect(identity.sid).toBe(alice.identity.sid);
  });

  it('of two refreshes of one token at the same time exactly one wins, and the family goes on', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');

    const answers = await Promise.allSettled([
      world.access.tokens.refresh(alice.refreshToken),
      world.access.tokens.refresh(alice.refreshToken),
    ]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(answers[1]).toMatchObject({ reason: refused });
    expect(world.watcher.families).toEqual([]);
    await world.access.tokens.verify(alice.accessToken);
  });

  it('a token that is used again within ten seconds is refused and logged, and ends nothing', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const { refreshToken } = await world.access.tokens.refresh(alice.refreshToken);
    world.clock.advance(10_000);

    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);

    expect(world.log.ofType('refresh_token_reused')).toMatchObject([
      { level: 'warn', source: 'relay', clientId: alice.clientId, data: { familyRevoked: false } },
    ]);
    await world.access.tokens.refresh(refreshToken);
  });

  it('a token that is used again later than that ends the whole family and its sessions', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const { refreshToken } = await world.access.tokens.refresh(alice.refreshToken);
    world.clock.advance(10_001);

    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);

    expect(world.watcher.families).toEqual([alice.identity.sid]);
    await expect(world.access.tokens.refresh(refreshToken)).rejects.toMatchObject(refused);
    await expect(world.access.tokens.verify(alice.accessToken)).rejects.toMatchObject({ code: 'invalid_access_token' });
    expect((await world.storage.refreshSessions.all()).size).toBe(0);
  });

  it('a token whose successor was used ends the family even in the same millisecond, also after a restart', async () => {
    const before = await accessWorld();
    const alice = await before.client('alice');
    const second = await before.access.tokens.refresh(alice.refreshToken);
    const third = await before.access.tokens.refresh(second.refreshToken);
    const world = await before.restart();

    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);

    expect(world.watcher.families).toEqual([alice.identity.sid]);
    await expect(world.access.tokens.refresh(third.refreshToken)).rejects.toMatchObject(refused);
  });

  it('a used token is remembered until it expires and then unknown', async () => {
    const world = await accessWorld({ refreshTokenTtlMs: DAY_MS });
    const alice = await world.client('alice');
    world.clock.advance(DAY_MS / 2);
    const { refreshToken } = await world.access.tokens.refresh(alice.refreshToken);
    world.clock.advance(DAY_MS / 2);

    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);

    expect(world.log.ofType('refresh_token_reused')).toEqual([]);
    await world.access.tokens.refresh(refreshToken);
    expect((await world.storage.refreshSessions.all()).size).toBe(2);
  });

  it('a family remembers at most 4096 used tokens', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');

    let { refreshToken } = alice;
    for (let count = 0; count < 4_100; count += 1) ({ refreshToken } = await world.access.tokens.refresh(refreshToken));

    expect((await world.storage.refreshSessions.all()).size).toBe(4_097);
    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);
    expect(world.watcher.families).toEqual([]);
  });

  it('the same idempotency key and token give the same pair for a minute', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');

    const [first, sameTime] = await Promise.all([
      world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' }),
      world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' }),
    ]);
    world.clock.advance(59_999);
    const later = await world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });

    expect(sameTime).toEqual(first);
    expect(later).toEqual(first);
    expect(world.log.ofType('refresh_token_reused')).toEqual([]);
    world.clock.advance(1);
    await expect(world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' })).rejects.toMatchObject(
      refused,
    );
    expect(world.watcher.families).toEqual([alice.identity.sid]);
  });

  it('the same idempotency key and token give the same refresh token after a restart, too, for a minute', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const lost = await world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });
    world.clock.advance(59_999);

    const after = await world.restart();
    const again = await after.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });

    expect(again.refreshToken).toBe(lost.refreshToken);
    expect(await after.access.tokens.verify(again.accessToken)).toMatchObject({ clientId: alice.clientId });
    expect(after.log.ofType('refresh_token_reused')).toEqual([]);
    await after.access.tokens.refresh(again.refreshToken);
    const late = await after.restart();
    after.clock.advance(1);
    await expect(late.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' })).rejects.toMatchObject(
      refused,
    );
  });

  it.each([
    ['with another key', { idempotencyKey: 'other' }, 0],
    ['without a key', {}, 0],
    ['a minute later', { idempotencyKey: 'k' }, 60_000],
  ])('after a restart a used token gives nothing %s', async (_when, options, waitMs) => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    await world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });
    world.clock.advance(waitMs);

    const after = await world.restart();

    await expect(after.access.tokens.refresh(alice.refreshToken, options)).rejects.toMatchObject(refused);
    expect(after.log.ofType('refresh_token_reused')).toHaveLength(1);
  });

  it('after a restart a key gives nothing once the successor was used: the family ends', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const { refreshToken } = await world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });
    await world.access.tokens.refresh(refreshToken);

    const after = await world.restart();

    await expect(after.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' })).rejects.toMatchObject(
      refused,
    );
    expect(after.watcher.families).toEqual([alice.identity.sid]);
  });

  it('after a restart a key gives nothing to a client that was removed', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    await world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });
    const after = await world.restart();
    await after.access.clients.remove(OPERATOR, alice.clientId);

    await expect(after.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' })).rejects.toMatchObject(
      refused,
    );
  });

  it('an idempotency key is good for its own token only, and not once the family has ended', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const bob = await world.client('bob');
    const pair = await world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' });

    const other = await world.access.tokens.refresh(bob.refreshToken, { idempotencyKey: 'k' });
    await world.access.tokens.revoke(pair.refreshToken);

    expect(other.refreshToken).not.toBe(pair.refreshToken);
    await expect(world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' })).rejects.toMatchObject(
      refused,
    );
  });

  it('over a session only a refresh token of the same identity is exchanged, and a wrong one stays untouched', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const bob = await world.client('bob');
    const node = await world.node('n1');

    for (const { identity } of [bob, node]) {
      const attempt = world.access.tokens.refresh(alice.refreshToken, { of: identity });
      await expect(attempt).rejects.toMatchObject(refused);
    }

    await world.access.tokens.refresh(alice.refreshToken, { of: alice.identity });
    await world.access.tokens.refresh(node.refreshToken, { of: node.identity });
  });

  it('a rotation that cannot be stored leaves the old token valid, for whoever waits behind it too', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    world.storage.refreshSessions.failNext = new Error('disk full');

    const answers = await Promise.allSettled([
      world.access.tokens.refresh(alice.refreshToken, { idempotencyKey: 'k' }),
      world.access.tokens.refresh(alice.refreshToken),
    ]);

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(answers[0]).toMatchObject({ reason: { message: 'disk full' } });
    expect(world.log.ofType('refresh_token_reused')).toEqual([]);
  });

  it('a new pair is answered only once it is stored, old token and new one in a single write', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const release = world.held.refreshSessions.hold();
    let isAnswered = false;

    const answer = world.access.tokens.refresh(alice.refreshToken).finally(() => (isAnswered = true));
    await settled();
    expect(isAnswered).toBe(false);
    release();

    const { refreshToken } = await answer;
    const stored = await world.storage.refreshSessions.all();
    expect(stored.get(`digest:${alice.refreshToken}`)?.rotatedAt).toBe(world.clock.now());
    expect(stored.get(`digest:${refreshToken}`)?.rotatedAt).toBeUndefined();
  });

  it('revoking ends the family with its sessions at once, even while a refresh is on its way to storage', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const release = world.held.refreshSessions.hold();

    const refresh = world.access.tokens.refresh(alice.refreshToken);
    const isRefused = expect(refresh).rejects.toMatchObject(refused);
    await settled();
    const revoke = world.access.tokens.revoke(alice.refreshToken);
    expect(world.watcher.families).toEqual([alice.identity.sid]);
    release();

    expect(await revoke).toEqual({ revoked: true });
    await isRefused;
    expect(await world.access.tokens.revoke(alice.refreshToken)).toEqual({ revoked: false });
    expect((await world.storage.refreshSessions.all()).size).toBe(0);
  });

  it('a family that nobody refreshes ends with its sessions when its refresh token expires', async () => {
    const world = await accessWorld({ refreshTokenTtlMs: DAY_MS });
    const alice = await world.client('alice');
    world.clock.advance(DAY_MS / 2);
    const bob = await world.client('bob');

    world.clock.advance(DAY_MS / 2 + 1_000);

    expect(world.watcher.families).toEqual([alice.identity.sid]);
    await world.access.tokens.refresh(bob.refreshToken);
  });

  it('a client that logs in without end loses its longest unused family', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const { clientId, clientSecret } = alice;
    const next = await world.access.clients.token({ clientId, clientSecret }, HERE);
    const nextSid = (await world.access.tokens.verify(next.accessToken)).sid;

    for (let count = 2; count < 1_000; count += 1) await world.access.clients.token({ clientId, clientSecret }, HERE);
    world.access.noteAuthenticated(alice.identity);
    expect(world.watcher.families).toEqual([]);
    await world.access.clients.token({ clientId, clientSecret }, HERE);

    expect(world.watcher.families).toEqual([nextSid]);
  });

  it('after a restart what was stored counts, and what has expired is dropped', async () => {
    const before = await accessWorld({ refreshTokenTtlMs: DAY_MS });
    await before.client('alice');
    before.clock.advance(DAY_MS / 2);
    const bob = await before.client('bob');
    before.access.close();
    before.clock.advance(DAY_MS / 2);

    const world = await before.restart();

    expect(world.access.loaded).toEqual({ clients: 2, grants: 0, refreshSessions: 1, expired: 1 });
    expect((await world.storage.refreshSessions.all()).size).toBe(1);
    await world.access.tokens.refresh(bob.refreshToken);
  });

  it('what hangs on a client that was removed just before a kill is dropped at start', async () => {
    const before = await accessWorld();
    const alice = await before.client('alice');
    const node = await before.node('n1');
    await before.access.grants.set(node.identity, { clientId: alice.clientId, grant: true });
    const record = (await before.storage.clients.all()).get(alice.clientId);
    if (record === undefined) throw new Error('alice is stored');
    await before.storage.clients.write([{ put: alice.clientId, value: { ...record, revokedAt: before.clock.now() } }]);

    const world = await before.restart();

    expect((await world.storage.grants.all()).size).toBe(0);
    expect([...(await world.storage.refreshSessions.all()).values()].map(({ clientId }) => clientId)).not.toContain(
      alice.clientId,
    );
    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);
    expect(world.access.grants.allows(alice.identity, 'n1')).toBe(false);
  });

  it('no timer is armed after close, whatever comes later', async () => {
    const world = await accessWorld();
    const alice = await world.client('alice');
    const node = await world.node('n1');
    const grant = { clientId: alice.clientId, grant: true, expiresAt: world.clock.now() + 5_000 };
    await world.access.grants.set(node.identity, grant);
    expect(world.clock.armedCount).toBeGreaterThan(0);

    world.access.close();
    await world.access.grants.set(node.identity, grant);
    await world.access.clients.remove(OPERATOR, alice.clientId);
    await world.client('bob');

    expect(world.clock.armedCount).toBe(0);
  });
});
