import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, expect, it } from 'vitest';
import { OttoError, type OttoClient, type Tab } from '../src/index.js';
import { sdkWorld, type SdkWorld } from './world.js';

let world: SdkWorld;

afterEach(() => expect(world.relay.bugs).toEqual([]));

it('while one controller holds the lock of a tab, another has to wait for its end', async () => {
  const { alice, bob } = await two();
  const hasty = { waitPolicy: 'fail_fast' } as const;
  {
    await using lease = await alice.lock();
    expect(lease).toMatchObject({ isHeld: true, nodeId: 'n1', tabSessionId: 't1', retakenCount: 0 });
    await expect(bob.lock()).rejects.toMatchObject({ code: 'tab_locked', effect: 'none', retryable: true });
    await expect(bob.text(hasty)).rejects.toMatchObject({ code: 'tab_locked' });
    await expect(alice.text(hasty)).resolves.toBe('hi');
  }
  await expect(bob.text(hasty)).resolves.toBe('hi');
});

it('a lock renews itself for as long as it is wanted', async () => {
  const { alice, bob } = await two();
  const lease = await alice.lock({ leaseMs: 3_000 });

  await passing(20_000);

  expect(lease.isHeld).toBe(true);
  await expect(bob.lock()).rejects.toMatchObject({ code: 'tab_locked' });
  await lease.release();
  expect(lease).toMatchObject({ isHeld: false, lost: { aborted: false } });
  await expect(bob.lock()).resolves.toMatchObject({ isHeld: true });
});

it('a released lock leaves nothing behind', async () => {
  const { alice, client } = await two();
  const lease = await alice.lock();

  await Promise.all([lease.release(), lease.release(), lease[Symbol.asyncDispose]()]);

  expect(world.relay.relay.tables().locks).toBe(0);
  await client.close();
  world.relay.clock.advance(60_000);
  await settled();
  expect(world.relay.relay.tables().locks).toBe(0);
});

it('after a lost connection the lock is taken again, and says so', async () => {
  const { alice, bob } = await two();
  const lease = await alice.lock();

  world.newestSocket.drop();
  await settled();
  expect(lease).toMatchObject({ isHeld: false, lost: { aborted: false } });
  await passing(300);

  expect(lease).toMatchObject({ isHeld: true, retakenCount: 1 });
  await expect(bob.lock()).rejects.toMatchObject({ code: 'tab_locked' });
  await passing(60_000);
  expect(lease.isHeld).toBe(true);
});

it('a lock that somebody else took meanwhile is lost, with the reason, when its lease would have ended', async () => {
  const { alice, bob } = await two();
  const lease = await alice.lock({ leaseMs: 4_000 });
  world.newestSocket.drop();
  await settled();
  await bob.lock();

  await passing(3_800);
  expect(lease.lost.aborted).toBe(false);
  await passing(300);

  expect(lease.lost.aborted).toBe(true);
  expect(lease.lost.reason).toBeInstanceOf(OttoError);
  expect(lease.lost.reason).toMatchObject({ code: 'lock_not_owned', category: 'lock_conflict' });
  await expect(bob.text()).resolves.toBe('hi');
});

it('a lock that must not be interrupted is lost with the connection', async () => {
  const { alice } = await two();
  const lease = await alice.lock({ retake: false });

  world.newestSocket.drop();
  await settled();

  expect(lease.lost.reason).toMatchObject({ code: 'relay_disconnected', effect: 'unknown' });
  await passing(1_000);
  expect(world.relay.relay.tables().locks).toBe(0);
});

it('a lock whose relay stays away is lost when its lease has run out', async () => {
  const { alice } = await two();
  const lease = await alice.lock({ leaseMs: 5_000 });
  world.isDown = true;
  world.newestSocket.drop();

  await passing(4_900);
  expect(lease.lost.aborted).toBe(false);
  await passing(200);

  expect(lease.lost.reason).toMatchObject({ code: 'relay_disconnected' });
});

it('a lock whose grant is withdrawn is lost at its next renewal', async () => {
  const { alice } = await two();
  const lease = await alice.lock();
  const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: Infinity } as const;

  await world.relay.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
  await passing(10_100);

  expect(lease.lost.reason).toMatchObject({ code: 'acl_missing_node_grant' });
});

it('the locks of a client that leaves are over', async () => {
  const { alice, client } = await two();
  const lease = await alice.lock();

  await client.close();
  await lease.release();

  expect(lease.lost.reason).toMatchObject({ code: 'relay_disconnected' });
});

it('a command that runs under a lost lock can be cancelled by it', async () => {
  const { alice } = await two(() => 'silence');
  const lease = await alice.lock({ retake: false });
  const running = alice.text({ signal: lease.lost });
  const failure = expect(running).rejects.toMatchObject({ code: expect.stringMatching(/cancelled|disconnected/) });
  await settled();

  world.newestSocket.drop();

  await failure;
});

it('a lock whose answer takes longer than its lease is refused', async () => {
  const { alice } = await two();
  const codes = new Set<unknown>();

  for (let turns = 0; turns < 12; turns += 1) {
    const locking = alice.lock({ leaseMs: 50 });
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    world.relay.clock.advance(60);
    await locking.then(
      (lease) => expect(lease.isHeld || lease.lost.aborted).toBe(true),
      (error: unknown) => codes.add(error instanceof OttoError && error.code),
    );
    await passing(200);
    expect(world.relay.relay.tables().locks).toBeLessThan(2);
    await alice.lock({ leaseMs: 50 }).then((lease) => lease.release());
  }

  expect([...codes]).toEqual(['lock_not_owned']);
});

it('waiting for the lock can be given up, and the lock is not kept then', async () => {
  const { alice } = await two();
  const abort = new AbortController();
  const locking = expect(alice.lock({ signal: abort.signal })).rejects.toMatchObject({ code: 'command_cancelled' });

  abort.abort();

  await locking;
  await settled();
  expect(world.relay.relay.tables().locks).toBe(0);
  await expect(alice.lock({ signal: abort.signal })).rejects.toMatchObject({
    code: 'command_cancelled',
    effect: 'none',
  });
});

/** Two controllers that look at one tab; alice's is the newest socket. */
async function two(answer: Parameters<SdkWorld['node']>[0] = () => ({ data: { text: 'hi' } })) {
  world = await sdkWorld();
  await world.node(answer);
  const bob: Tab = (await world.connect('bob')).node('n1').tab('t1');
  const client: OttoClient = await world.connect('alice');
  return { client, alice: client.node('n1').tab('t1'), bob };
}

/** Lets time pass in small steps, so that what is answered meanwhile is seen. */
async function passing(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await settled();
    world.relay.clock.advance(100);
  }
  await settled();
}
