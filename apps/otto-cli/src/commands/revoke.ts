import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { relayAddress } from '../relay/relay-address.js';

/** `otto revoke` */
export const revokeCommand = declareCommand({
  words: 'revoke',
  summary: 'Logs this machine out: its tokens and the sessions that stand on them end.',
  details: 'The controller stays registered; otto client login logs it in again.',
  examples: ['otto revoke'],
  run: async ({ context }) => {
    const { clientId, refreshToken } = await context.config.read();
    if (refreshToken === undefined) throw new OttoError('not_logged_in');
    const { httpUrl } = await relayAddress(context);
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    const { revoked } = await new OttoHttpApi({ baseUrl: httpUrl }).auth.revoke({ refreshToken });
    await context.config.update({ controllerId: undefined, accessToken: undefined, refreshToken: undefined });
    context.output.answer(
      { revoked, clientId: clientId ?? null },
      revoked ? 'Logged out: the tokens of this machine are worth nothing any more.' : 'The tokens had ended before.',
    );
  },
});
