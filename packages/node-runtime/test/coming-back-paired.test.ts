import { CLOSE_CODES } from '@telepat/otto-protocol';
import { PAIRING_TTL_MS } from '@telepat/otto-protocol/limits';
import { beforeEach, expect, it } from 'vitest';
import { COME_BACK_MS } from '../src/paired-node.js';
import { UNWATCHED } from '../src/index.js';
import { REFRESH_MS, STEP_MS, pairedWorld, type PairedWorld } from './paired-world.js';

let world: PairedWorld;

beforeEach(async () => {
  world = await pairedWorld();
});

it('a node that is removed while it runs says why, asks for a code that a person approves, and keeps its tabs', async () => {
  const { signal } = new AbortController();
  await world.driver.openPage({ waitUntil: 'load', watcher: UNWATCHED, signal });
  await world.parts.relay.removeNode('n1');
  await world.pass(STEP_MS);
  expect(world.codes.slice(1)).toEqual([
    { code: expect.stringMatching(/^\d{3}-\d{3}$/), why: expect.objectContaining({ code: 'controller_revoked' }) },
  ]);

  await world.approve();
  await world.pass(STEP_MS);

  expect(world.node.state.phase).toBe('connected');
  expect(world.ends).toEqual([]);
  expect(world.driver.open).toHaveLength(1);
});

it('its grants end with its removal, and do not come back with a new pairing', async () => {
  await world.grant();
  await world.parts.relay.removeNode('n1');
  await world.pass(STEP_MS);
  await world.approve();
  await world.pass(STEP_MS);

  expect(world.node.state.phase).toBe('connected');
  expect(world.isGranted).toBe(false);
});

it('a node that comes back to a relay that knows nothing of it is paired as at its first start', async () => {
  world.isReachable = false;
  world.dropAll();
  await world.parts.relay.removeNode('n1');
  await world.pass(STEP_MS);
  world.isReachable = true;
  await world.pass(3 * STEP_MS);
  expect(world.codes.slice(1)).toEqual([{ code: expect.any(String), why: undefined }]);

  await world.approve();
  await world.pass(STEP_MS);

  expect(world.node.state.phase).toBe('connected');
  expect(world.ends).toEqual([]);
});

it('a node whose refresh token ran out while it was away for long is paired again, too', async () => {
  world.isReachable = false;
  world.dropAll();
  await world.pass(2 * REFRESH_MS);
  world.isReachable = true;
  await world.pass(10 * STEP_MS);
  await world.approve();
  await world.pass(STEP_MS);

  expect(world.codes).toHaveLength(2);
  expect(world.node.state.phase).toBe('connected');
});

it('a node that is removed again and again asks each time, and never without a pause', async () => {
  for (let removal = 1; removal <= 3; removal += 1) {
    await world.parts.relay.removeNode('n1');
    await world.pass(COME_BACK_MS - 1);
    expect(world.codes).toHaveLength(removal);
    await world.pass(1);
    expect(world.codes).toHaveLength(removal + 1);
    await world.approve();
    await world.pass(STEP_MS);
    expect(world.node.state.phase).toBe('connected');
  }
});

it('a node whose place another instance took ends, with the reason', async () => {
  world.parts.network.opened.at(-1)?.close(CLOSE_CODES.node_replaced, '');
  await world.pass(STEP_MS);

  expect(world.ends).toMatchObject([{ code: 'relay_disconnected' }]);
  expect(world.codes).toHaveLength(1);
});

it('a node that waits for its code can be stopped, and leaves nothing behind', async () => {
  await world.parts.relay.removeNode('n1');
  await world.pass(STEP_MS);

  world.membership.stop();
  await world.node.stop();
  await world.pass(2 * PAIRING_TTL_MS);

  expect(world.codes).toHaveLength(2);
  expect(world.ends).toEqual([]);
});

it('a disk that is full while the node is paired again does not end it', async () => {
  await world.parts.relay.removeNode('n1');
  world.store.failure = new Error('ENOSPC');
  await world.pass(STEP_MS);
  await world.approve();
  await world.pass(STEP_MS);
  expect(world.node.state.phase).toBe('connected');

  world.store.failure = undefined;
  await world.pass(2 * STEP_MS);

  expect(world.ends).toEqual([]);
  expect(JSON.parse((await world.store.get('node-tokens')) ?? '')).toMatchObject({
    accessToken: await world.tokens.accessToken({ renew: false }),
  });
});
