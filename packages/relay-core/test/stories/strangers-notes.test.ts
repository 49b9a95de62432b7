import { expect, it } from 'vitest';
import { settled } from '../../src/testing/test-relay.js';
import { testRelay } from '../../src/testing/index.js';

const MINUTE_MS = 60_000;
const AWAY = { address: '192.0.2.7', isLoopback: false };

it('refused frames leave sixty entries a minute and one that sums up the others, and the log of the others goes on', async () => {
  const world = await testRelay({ grants: { alice: ['n1'] } });
  await world.node('n1');
  const alice = await world.controller('alice');
  const since = new Date(world.clock.now()).toISOString();

  for (let attempt = 0; attempt < 50; attempt += 1) {
    const stranger = world.connect('controller');
    stranger.send('hello', { role: 'controller' });
    for (let frame = 0; frame < 3; frame += 1) stranger.send('command', {});
    stranger.send('auth', { accessToken: 'nonsense' });
    await settled();
    stranger.drop();
  }
  const id = alice.command('n1');

  expect(world.log.ofType('unauthenticated_frame_rejected')).toHaveLength(60);
  expect(world.log.ofType('auth_rejected')).toHaveLength(50);
  expect(world.log.ofType('command_routed')).toMatchObject([{ requestId: id }]);
  expect(world.log.ofType('refusals_left_out')).toEqual([]);
  world.pass(MINUTE_MS);
  expect(world.log.ofType('refusals_left_out')).toMatchObject([
    { level: 'warn', source: 'relay', data: { type: 'unauthenticated_frame_rejected', count: 90, since } },
  ]);
});

it('wrong client secrets leave sixty entries a minute, whatever clients they name; a stop tells of the others', async () => {
  const world = await testRelay();
  const login = (clientId: string) => world.relay.access.clients.token({ clientId, clientSecret: 'cs_wrong' }, AWAY);

  for (let attempt = 0; attempt < 80; attempt += 1) await expect(login(`clt_${attempt}`)).rejects.toThrow();

  expect(world.log.ofType('controller_client_auth_failed')).toHaveLength(60);
  world.relay.stop();
  expect(world.log.ofType('refusals_left_out')).toMatchObject([
    { data: { type: 'controller_client_auth_failed', count: 20 } },
  ]);
  expect(world.clock.armedCount).toBe(0);
});
