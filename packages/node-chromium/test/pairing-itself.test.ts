import { OttoError } from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import { afterEach, expect, it } from 'vitest';
import { hostClock } from '../src/host-clock.js';
import { NODE_ID, ScriptedNodeWorld } from './scripted-node-world.js';

let world: ScriptedNodeWorld;

afterEach(() => world.stop());

it('a node whose renewal was answered into nothing pairs itself anew with a real relay, and its grants stand', async () => {
  let aheadMs = 0;
  const clock: Clock = { ...hostClock, now: () => hostClock.now() + aheadMs, ticks: () => hostClock.ticks() + aheadMs };
  let isLost = true;
  world = await ScriptedNodeWorld.start({
    clock,
    changeHttp: (http) => ({
      ...http,
      auth: {
        ...http.auth,
        refresh: async (...call) => {
          const pair = await http.auth.refresh(...call);
          if (isLost) throw new OttoError('relay_unreachable');
          return pair;
        },
      },
    }),
  });
  const first = await world.tokens.accessToken({ renew: false });
  aheadMs = HALF_OF_LIFE_MS;
  await expect(world.tokens.accessToken({ renew: false })).resolves.toBe(first);

  aheadMs += 55_000;
  await expect.poll(() => world.tokens.accessToken({ renew: false }), { timeout: 20_000 }).not.toBe(first);
  isLost = false;
  await world.tokens.accessToken({ renew: true });

  expect(world.codes).toHaveLength(1);
  expect(world.log).toContainEqual({ level: 'info', type: 'paired_anew' });
  const { nodes } = await world.operator.nodes.paired();
  expect(nodes).toMatchObject([{ nodeId: NODE_ID, connected: true, grants: [{ name: 'Al' }] }]);
  await expect(world.client.node(NODE_ID).tabs.open('about:blank')).resolves.toBeDefined();
});

it('a node that is removed from a real relay is paired again when its new code is approved', async () => {
  world = await ScriptedNodeWorld.start();

  await world.operator.nodes.remove({ nodeId: NODE_ID });
  await expect.poll(() => world.phases.filter((phase) => phase === 'connected').length, { timeout: 20_000 }).toBe(2);

  expect(world.codes).toHaveLength(2);
  expect(world.driver.isClosed).toBe(false);
  await expect(world.client.node(NODE_ID).tabs.open('about:blank')).rejects.toMatchObject({
    code: 'acl_missing_node_grant',
  });
});

/** An access token lives for 15 minutes. */
const HALF_OF_LIFE_MS = 8 * 60_000;
