import { OttoError } from '@telepat/otto-protocol';
import type { Config } from '../config/config-file.js';
import type { CommandContext } from '../context.js';
import { isLoginAccepted } from '../controller/is-login-accepted.js';
import { renewLogin } from '../controller/renew-login.js';
import { tokenFacts } from '../controller/token-facts.js';
import { declareCommand } from '../declare-command.js';
import { relayPlace } from '../relay/relay-address.js';

/** `otto client status` */
export const clientStatusCommand = declareCommand({
  words: 'client status',
  summary: 'Says which controller this machine is, and whether it is logged in.',
  examples: ['otto client status', 'otto client status --json'],
  run: async ({ context }) => {
    const { wsUrl: relayUrl } = await relayPlace(context);
    const loggedIn = await isLoggedIn(context, await context.config.read());
    // What was renewed meanwhile is what is told.
    const { clientId, controllerId, accessToken } = await context.config.read();
    const accessTokenExpiresAt = expiryOf(accessToken);
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

/** A token that has not run out is shown to the relay; one that has is renewed, as any other command would do. */
async function isLoggedIn(context: CommandContext, { accessToken, refreshToken }: Config): Promise<boolean> {
  const isLiving = (expiryOf(accessToken) ?? 0) > Date.now();
  if (!isLiving && refreshToken === undefined) return false;
  try {
    if (isLiving) return await isLoginAccepted(context);
    // The new pair is given once: where it cannot be kept, it is not asked for.
    await context.config.checkWritable();
    return await renewLogin(context);
  } catch (error) {
    if (!(error instanceof OttoError)) throw error;
    // Where the relay could not be asked, it has said nothing against it.
    return error.code === 'relay_unreachable' || error.code === 'invalid_configuration';
  }
}

function expiryOf(accessToken: string | undefined): number | undefined {
  return accessToken === undefined ? undefined : tokenFacts(accessToken).expiresAt;
}
