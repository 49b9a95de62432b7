import { describe, expect, it } from 'vitest';
import type { Origin } from '../../src/access/identity.js';
import { settled } from '../../src/testing/index.js';
import { ANYONE, AWAY, HERE, OPERATOR, accessWorld, type AccessWorld } from '../access-world.js';

const MINUTE_MS = 60_000;
const wrong = { code: 'invalid_client_credentials' };
const tooMany = { code: 'too_many_attempts' };

function register(world: AccessWorld, name: string, from: Origin = HERE) {
  return world.access.clients.register({ name, description: 'For a test.' }, from);
}

/** Logs in with a wrong secret. @returns the code of the refusal */
async function failedLogin(world: AccessWorld, clientId: string, from: Origin): Promise<string> {
  const attempt = world.access.clients.token({ clientId, clientSecret: 'cs_wrong' }, from);
  return attempt.then(
    () => 'admitted',
    (reason: { code: string }) => reason.code,
  );
}

describe('registering', () => {
  it.each(['x\u001b[31m', 'x\u0000y', 'x\u200by', '\u202eabc'])(
    'a name that hides something is refused: %j',
    async (name) => {
      const world = await accessWorld();

      await expect(register(world, name)).rejects.toMatchObject({ code: 'controller_metadata_required' });
      expect(world.access.clients.isLive('clt_1')).toBe(false);
    },
  );

  it('a client gets an id and a secret, which is stored only sealed, and the scopes in force', async () => {
    const world = await accessWorld({ defaultControllerScopes: ['primitive.tab.*'] });

    const reply = await world.access.clients.register(
      { name: ' My  Bot ', description: 'Reads.', avatarSeed: 'x' },
      HERE,
    );

    expect(reply).toEqual({
      clientId: 'clt_1',
      name: 'My  Bot',
      description: 'Reads.',
      avatarSeed: 'x',
      clientSecret: 'cs_1',
      createdAt: world.clock.now(),
    });
    expect(world.access.clients.scopesOf('clt_1')).toEqual(['primitive.tab.*']);
    const stored = [...(await world.storage.clients.all()).values()];
    expect(stored).toMatchObject([{ clientId: 'clt_1', secret: { hash: 'digest:cs_1' } }]);
    expect(world.log.ofType('controller_client_registered')).toMatchObject([{ clientId: 'clt_1', source: 'relay' }]);
    expect(JSON.stringify(world.log.entries)).not.toContain('cs_1');
  });

  it('names are unique, whatever their case, spaces and forms, until the client is removed', async () => {
    const world = await accessWorld();
    const { clientId } = await register(world, 'My Bot');

    for (const name of ['my bot', '  MY \t BOT ', 'Ｍｙ Bot', 'My\u00a0Bot']) {
      await expect(register(world, name)).rejects.toMatchObject({
        code: 'controller_name_conflict',
        context: { clientId },
      });
    }
    await world.access.clients.remove(OPERATOR, clientId);
    await register(world, 'my bot');
  });

  it('two registrations of one name at the same time leave one client', async () => {
    const world = await accessWorld();

    const answers = await Promise.allSettled([register(world, 'bot'), register(world, 'BOT')]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await world.storage.clients.all()).size).toBe(1);
  });

  it('a registration that cannot be stored leaves no client, and its name free', async () => {
    const world = await accessWorld();
    world.storage.clients.failNext = new Error('disk full');

    await expect(register(world, 'bot')).rejects.toThrow('disk full');

    expect(world.access.clients.isLive('clt_1')).toBe(false);
    await register(world, 'bot');
  });

  it('a name of nothing visible is refused', async () => {
    const world = await accessWorld();

    await expect(register(world, '\u00a0\u2003')).rejects.toMatchObject({ code: 'controller_metadata_required' });
  });

  it('registrations are limited to 20 a minute from elsewhere and 600 from this machine', async () => {
    const world = await accessWorld();
    const tooManyRegistrations = { code: 'too_many_registrations' };

    for (let count = 0; count < 20; count += 1) await register(world, `away ${count}`, AWAY);
    await expect(register(world, 'one more', AWAY)).rejects.toMatchObject(tooManyRegistrations);
    for (let count = 0; count < 600; count += 1) await register(world, `here ${count}`);
    await expect(register(world, 'one more')).rejects.toMatchObject(tooManyRegistrations);

    world.clock.advance(MINUTE_MS);
    await register(world, 'one more');
    await register(world, 'two more', AWAY);
  });

  it('there are at most 10,000 clients; the one that was removed first gives way', async () => {
    const world = await accessWorld();
    for (let count = 0; count < 10_000; count += 1) {
      if (count % 600 === 0) world.clock.advance(2 * MINUTE_MS);
      await register(world, `bot ${count}`);
    }
    world.clock.advance(2 * MINUTE_MS);
    await expect(register(world, 'one more')).rejects.toMatchObject({ code: 'too_many_registrations' });

    for (const clientId of ['clt_7', 'clt_3']) {
      await world.access.clients.remove(OPERATOR, clientId);
      world.clock.advance(1);
    }
    await register(world, 'one more');

    await expect(world.access.clients.remove(OPERATOR, 'clt_7')).rejects.toMatchObject({ code: 'client_not_found' });
    expect(await world.access.clients.remove(OPERATOR, 'clt_3')).toMatchObject({ alreadyRevoked: true });
  });
});

describe('logging in', () => {
  it('each login is a controller of its own, which keeps its id through refreshes', async () => {
    const world = await accessWorld();
    const { clientId, clientSecret } = await register(world, 'bot');

    const first = await world.access.clients.token({ clientId, clientSecret }, AWAY);
    const second = await world.access.clients.token({ clientId, clientSecret }, AWAY);
    const refreshed = await world.access.tokens.refresh(first.refreshToken);

    expect(first).toMatchObject({ clientId, controllerId: 'ctl_1', scopes: world.access.clients.scopesOf(clientId) });
    expect(second.controllerId).toBe('ctl_2');
    expect(await world.access.tokens.verify(refreshed.accessToken)).toMatchObject({ clientId, controllerId: 'ctl_1' });
    expect(world.log.ofType('controller_client_token_issued')).toMatchObject([
      { clientId, controllerId: 'ctl_1' },
      { clientId, controllerId: 'ctl_2' },
    ]);
  });

  it('an unknown id, a removed client and a wrong secret get the same answer, and each is logged', async () => {
    const world = await accessWorld();
    const { clientId } = await register(world, 'bot');
    const gone = await register(world, 'gone');
    await world.access.clients.remove(OPERATOR, gone.clientId);

    const messages = [];
    for (const [id, secret] of [
      ['cs_pasted_into_the_wrong_field', 'cs_1'],
      [clientId, 'cs_wrong'],
      [gone.clientId, gone.clientSecret],
    ] as const) {
      const attempt = world.access.clients.token({ clientId: id, clientSecret: secret }, AWAY);
      messages.push(await attempt.catch((reason: Error) => reason));
    }

    expect(messages[0]).toMatchObject(wrong);
    expect(messages[1]).toEqual(messages[0]);
    expect(messages[2]).toEqual(messages[0]);
    const logged = world.log.ofType('controller_client_auth_failed');
    expect(logged.map((entry) => entry.clientId)).toEqual([undefined, clientId, gone.clientId]);
    expect(logged[0]).toMatchObject({ level: 'warn', source: 'relay', data: { address: AWAY.address } });
    expect(JSON.stringify(logged)).not.toContain('cs_');
  });

  it('after ten wrong secrets for a client from an address more are refused for a minute; the right one never', async () => {
    const world = await accessWorld();
    const { clientId, clientSecret } = await register(world, 'bot');

    for (let count = 0; count < 10; count += 1) {
      expect(await failedLogin(world, clientId, AWAY)).toBe(wrong.code);
    }
    expect(await failedLogin(world, clientId, AWAY)).toBe(tooMany.code);
    expect(await failedLogin(world, clientId, HERE)).toBe(wrong.code);
    await world.access.clients.token({ clientId, clientSecret }, AWAY);

    world.clock.advance(MINUTE_MS);
    expect(await failedLogin(world, clientId, AWAY)).toBe(wrong.code);
  });

  it('an unknown id is refused as often as a known one', async () => {
    const world = await accessWorld();

    for (let count = 0; count < 10; count += 1) {
      expect(await failedLogin(world, 'clt_unknown', HERE)).toBe(wrong.code);
    }
    expect(await failedLogin(world, 'clt_unknown', HERE)).toBe(tooMany.code);
  });

  it('from elsewhere one address may be wrong a hundred times a minute, over all clients', async () => {
    const world = await accessWorld();
    const failures = async (from: Origin) => {
      const codes = [];
      for (let count = 0; count < 101; count += 1) codes.push(await failedLogin(world, `clt_unknown_${count}`, from));
      return codes.filter((code) => code === wrong.code).length;
    };

    expect(await failures(AWAY)).toBe(100);
    expect(await failures({ address: '192.0.2.8', isLoopback: false })).toBe(100);
    expect(await failures(HERE)).toBe(101);
  });

  it('a record of an older installation is throttled before its slow hash, even side by side, and renewed by a login', async () => {
    const world = await accessWorld();
    const { clientId, clientSecret } = await register(world, 'bot');
    const record = (await world.storage.clients.all()).get(clientId);
    if (record === undefined) throw new Error('the client is stored');
    const old = { ...record, secret: { ...record.secret, algorithm: 'scrypt' as const } };
    await world.storage.clients.write([{ put: clientId, value: old }]);
    const restarted = await world.restart();

    const codes = await Promise.all(Array.from({ length: 12 }, () => failedLogin(restarted, clientId, AWAY)));
    expect(codes.filter((code) => code === wrong.code)).toHaveLength(10);
    await expect(restarted.access.clients.token({ clientId, clientSecret }, AWAY)).rejects.toMatchObject(tooMany);
    restarted.clock.advance(MINUTE_MS);
    await restarted.access.clients.token({ clientId, clientSecret }, AWAY);
    await settled();

    expect((await restarted.storage.clients.all()).get(clientId)?.secret.algorithm).toBe('sha256');
  });

  it('when a client was last used is known to the minute, and nobody waits for it', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const alice = await world.client('alice');
    const lastUsedAt = () => world.access.grants.list(node.identity).clients[0]?.lastUsedAt;
    expect(lastUsedAt()).toBe(world.clock.now());
    world.held.clients.hold();

    world.clock.advance(MINUTE_MS);
    world.access.noteAuthenticated(alice.identity);
    expect(lastUsedAt()).toBe(world.clock.now());
    world.clock.advance(MINUTE_MS);
    await world.access.tokens.refresh(alice.refreshToken);
    expect(lastUsedAt()).toBe(world.clock.now());
  });
});

describe('removing', () => {
  it('a removed client loses its sessions at once, its grants, its tokens and its secret', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const alice = await world.client('alice');
    const { clientId, clientSecret } = alice;
    await world.access.clients.token({ clientId, clientSecret }, HERE);
    await world.access.grants.set(node.identity, { clientId, grant: true });

    const removal = world.access.clients.remove(alice.caller, clientId);
    expect(world.access.clients.isLive(clientId)).toBe(false);
    await settled();
    expect(world.watcher.clients).toEqual([clientId]);
    expect(world.access.grants.allows(alice.identity, 'n1')).toBe(false);

    const revokedAt = world.clock.now();
    const counts = { aclRevokedCount: 1, refreshRevokedCount: 2, disconnectedSessions: 1 };
    expect(await removal).toEqual({ ok: true, clientId, revokedAt, ...counts, alreadyRevoked: false });
    await expect(world.access.clients.token({ clientId, clientSecret }, HERE)).rejects.toMatchObject(wrong);
    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject({
      code: 'invalid_refresh_token',
    });
    await expect(world.access.tokens.verify(alice.accessToken)).rejects.toMatchObject({ code: 'invalid_access_token' });
    expect(world.log.ofType('controller_client_removed')).toMatchObject([{ clientId, data: { removedBy: clientId } }]);
    expect((await world.restart()).access.clients.isLive(clientId)).toBe(false);
  });

  it('removing again says when it was removed, and that once it is durable', async () => {
    const world = await accessWorld();
    const { clientId } = await register(world, 'bot');
    const revokedAt = world.clock.now();
    const release = world.held.clients.hold();
    const answered: string[] = [];

    const first = world.access.clients.remove(OPERATOR, clientId).then(() => answered.push('first'));
    world.clock.advance(1);
    const second = world.access.clients.remove(OPERATOR, clientId);
    void second.then(() => answered.push('second'));
    await settled();
    expect(answered).toEqual([]);
    release();
    await first;

    const counts = { aclRevokedCount: 0, refreshRevokedCount: 0, disconnectedSessions: 0 };
    expect(await second).toEqual({ ok: true, clientId, revokedAt, ...counts, alreadyRevoked: true });
    expect(world.watcher.clients).toEqual([clientId]);
  });

  it.each([
    ['of a client', (world: AccessWorld, clientId: string) => world.access.clients.remove(OPERATOR, clientId)],
    ['of all clients', (world: AccessWorld) => world.access.clients.removeAll(OPERATOR)],
  ])('a removal %s that cannot be stored changes nothing, now and after a restart', async (_of, remove) => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const alice = await world.client('alice');
    const { clientId, clientSecret } = alice;
    await world.access.grants.set(node.identity, { clientId, grant: true });
    world.storage.clients.failNext = new Error('disk full');

    await expect(remove(world, clientId)).rejects.toThrow('disk full');

    world.clock.advance(MINUTE_MS);
    expect(world.watcher.clients).toEqual([]);
    for (const { access } of [world, await world.restart()]) {
      expect(access.grants.allows(alice.identity, 'n1')).toBe(true);
      await access.tokens.verify((await access.clients.token({ clientId, clientSecret }, HERE)).accessToken);
    }
    await world.access.tokens.refresh(alice.refreshToken);
  });

  it('a removal on a disk that is slow closes the sessions within a second, and once', async () => {
    const world = await accessWorld();
    const { clientId } = await world.client('alice');
    const release = world.held.clients.hold();

    const removal = world.access.clients.remove(OPERATOR, clientId);
    await settled();
    expect(world.watcher.clients).toEqual([]);
    world.clock.advance(500);
    expect(world.watcher.clients).toEqual([clientId]);
    release();

    expect(await removal).toMatchObject({ disconnectedSessions: 1 });
    expect(world.watcher.clients).toEqual([clientId]);
  });

  it('a removal is one although grants and tokens cannot be stored as ended: they are of no use, also after a restart', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const alice = await world.client('alice');
    const { clientId } = alice;
    await world.access.grants.set(node.identity, { clientId, grant: true });
    world.storage.grants.failNext = new Error('disk full');
    world.storage.refreshSessions.failNext = new Error('disk full');

    const reply = await world.access.clients.remove(OPERATOR, clientId);

    expect(reply).toMatchObject({ aclRevokedCount: 1, refreshRevokedCount: 1, alreadyRevoked: false });
    expect(world.bugs).toHaveLength(2);
    const list = { clients: [{ clientId, revoked: true, granted: false }] };
    expect(world.access.grants.list(node.identity)).toMatchObject(list);
    expect(world.access.nodes.list(new Map()).nodes).toMatchObject([{ grantCount: 0 }]);
    const refused = { code: 'invalid_refresh_token' };
    await expect(world.access.tokens.refresh(alice.refreshToken)).rejects.toMatchObject(refused);
    const after = await world.restart();
    expect(after.access.loaded).toMatchObject({ grants: 0, refreshSessions: 2 });
  });

  it('a controller removes itself; another one only with relay.admin or the operator token', async () => {
    const world = await accessWorld({ defaultControllerScopes: ['*'] });
    const alice = await world.client('alice');
    const bob = await world.client('bob');
    const node = await world.node('n1');
    const admin = { kind: 'bearer', identity: { ...alice.identity, scopes: ['relay.admin'] } } as const;
    const codeOf = (attempt: Promise<unknown>) => attempt.catch((reason: { code: string }) => reason.code);

    expect(await codeOf(world.access.clients.remove(alice.caller, bob.clientId))).toBe('forbidden_scope');
    expect(await codeOf(world.access.clients.remove(alice.caller, 'clt_unknown'))).toBe('forbidden_scope');
    expect(await codeOf(world.access.clients.remove(node.caller, bob.clientId))).toBe('forbidden_role');
    expect(await codeOf(world.access.clients.remove(ANYONE, bob.clientId))).toBe('missing_access_token');
    expect(await codeOf(world.access.clients.remove(OPERATOR, 'clt_unknown'))).toBe('client_not_found');
    expect(await world.access.clients.remove(admin, bob.clientId)).toMatchObject({ ok: true });
    expect(await world.access.clients.remove(alice.caller, alice.clientId)).toMatchObject({ ok: true });
  });

  it('remove-all ends every client and forgets them; again it removes nobody', async () => {
    const world = await accessWorld();
    const node = await world.node('n1');
    const alice = await world.client('alice');
    const bob = await world.client('bob');
    await world.access.grants.set(node.identity, { clientId: bob.clientId, grant: true });
    const gone = await register(world, 'gone');
    await world.access.clients.remove(OPERATOR, gone.clientId);
    await expect(world.access.clients.removeAll(alice.caller)).rejects.toMatchObject({ code: 'forbidden_scope' });

    expect(await world.access.clients.removeAll(OPERATOR)).toEqual({
      ok: true,
      removedClientIds: [alice.clientId, bob.clientId],
      removedCount: 2,
      aclRevokedCount: 1,
      refreshRevokedCount: 2,
      disconnectedSessions: 2,
    });

    expect(await world.access.clients.removeAll(OPERATOR)).toMatchObject({ removedCount: 0 });
    expect(world.access.grants.list(node.identity).clients).toEqual([]);
    expect((await world.storage.clients.all()).size).toBe(0);
    await world.access.tokens.refresh(node.refreshToken);
  });

  it('a login that is on its way when the client is removed is refused', async () => {
    const world = await accessWorld();
    const { clientId, clientSecret } = await register(world, 'bot');
    const release = world.held.refreshSessions.hold();

    const login = world.access.clients.token({ clientId, clientSecret }, HERE);
    const isRefused = expect(login).rejects.toMatchObject({ code: 'controller_revoked' });
    await settled();
    const removal = world.access.clients.remove(OPERATOR, clientId);
    release();

    await isRefused;
    expect(await removal).toMatchObject({ refreshRevokedCount: 1 });
    expect((await world.storage.refreshSessions.all()).size).toBe(0);
  });
});
