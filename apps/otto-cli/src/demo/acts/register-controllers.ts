import { OttoClient, OttoHttpApi } from '@telepat/otto-sdk';
import type { DemoController, DemoRelay, DemoWorld } from '../demo-world.js';

/** Registers two controllers and connects them. */
export function registerControllers(
  world: DemoWorld,
  relay: DemoRelay,
): Promise<readonly [DemoController, DemoController]> {
  return world.narrator.step('registering two controllers', async () => {
    const [ada, bob] = await Promise.all([connect(world, relay, 'ada'), connect(world, relay, 'bob')]);
    return {
      told: `Two controllers are registered and connected: ${ada.name} (${ada.clientId}), ${bob.name} (${bob.clientId}).`,
      value: [ada, bob],
    };
  });
}

async function connect({ stage, io }: DemoWorld, relay: DemoRelay, name: string): Promise<DemoController> {
  const api = new OttoHttpApi({ baseUrl: relay.httpUrl });
  const { clientId, clientSecret } = await api.clients.register({ name, description: 'One of the two of otto demo' });
  const connecting = () => OttoClient.connect({ relayUrl: relay.wsUrl, clientId, clientSecret, signal: io.signal });
  return { name, clientId, client: await stage.enter(connecting, (client) => client.close()) };
}
