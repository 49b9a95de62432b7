import { OttoHttpApi } from '@telepat/otto-sdk';
import { nodeTokens } from '@telepat/otto-node-chromium';
import { setAccess } from '../../node/set-access.js';
import type { DemoController, DemoRelay, DemoWorld } from '../demo-world.js';

/** The owner of the node lets both controllers in, as `otto access grant` does. */
export function grantAccess(
  { stage, narrator }: DemoWorld,
  relay: DemoRelay,
  { nodeId, controllers }: { nodeId: string; controllers: readonly DemoController[] },
): Promise<void> {
  return narrator.step('granting access', async () => {
    const tokens = nodeTokens({ home: stage.home, nodeId, relayHttpUrl: relay.httpUrl });
    const api = new OttoHttpApi({ baseUrl: relay.httpUrl, bearer: (wish) => tokens.accessToken(wish) });
    for (const { clientId } of controllers) await setAccess(api, { client: clientId, grant: true });
    const names = controllers.map(({ name }) => name).join(' and ');
    return { told: `The owner of the node granted ${names} access.`, value: undefined };
  });
}
