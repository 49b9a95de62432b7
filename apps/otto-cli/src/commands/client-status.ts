import { OttoError } from '@telepat/otto-protocol';
import type { Config } from '../config/config-file.js';
import type { CommandContext } from '../context.js';
import { tokenFacts } from '../controller/token-facts.js';
import { declareCommand } from '../declare-command.js';
import { relayAddress, relayPlace } from '../relay/relay-address.js';

/** `otto client status` */
export const clientStatusCommand = declareCommand({
  words: 'client status',
  summary: 'Says which controller this machine is, and whether it is logged in.',
  examples: ['otto client status', 'otto client status --json'],
  run: async ({ context }) => {
    const config = await context.config.read();
    const { clientId, controllerId, accessToken } = config;
    const { wsUrl: relayUrl } = await relayPlace(context);
    const accessTokenExpiresAt = accessToken === undefined ? undefined : tokenFacts(accessToken).expiresAt;
    const loggedIn = await isLoggedIn(context, config, accessTokenExpiresAt);
    const who = clientId ?? 'No controller is registered here.';
    const how = loggedIn ? `logged in as ${controllerId ?? 'unknown'}` : 'not logged in: otto client login';
    context.output.answer(
      {
        clientId: clientId ?? null,
        controllerId: controllerId ?? null,
        relayUrl,
        loggedIn,
        accessTokenExpiresAt: accessTokenExpiresAt ?? null,
      },
      clientId === undefined ? `${who} Run otto client register.` : `${who} at ${relayUrl}: ${how}`,
    );
  },
});

/** A token that has not run out is shown to the relay; one that has is as good as the token that renews it. */
async function isLoggedIn(context: CommandContext, config: Config, expiresAt: number | undefined): Promise<boolean> {
  const { accessToken, refreshToken } = config;
  if (accessToken === undefined || expiresAt === undefined || expiresAt <= Date.now())
    return refreshToken !== undefined;
  try {
    const { httpUrl } = await relayAddress(context);
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    await new OttoHttpApi({ baseUrl: httpUrl, bearer: accessToken }).nodes.connected();
    return true;
  } catch (error) {
    if (!(error instanceof OttoError)) throw error;
    // A relay that is not there has said nothing against it.
    return error.code === 'relay_unreachable';
  }
}
