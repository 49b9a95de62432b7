import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';

/**
 * The secret of a controller that this machine is, from wherever it is kept.
 *
 * @throws OttoError `not_logged_in` when it is not known here, with what keeps it away
 */
export async function requireSecret({ secrets }: Pick<CommandContext, 'secrets'>, clientId: string): Promise<string> {
  const found = await secrets.find(clientId);
  if (found.place !== undefined) return found.secret;
  const problem = found.problem === undefined ? '' : ` ${found.problem}`;
  const unlock = found.problem === undefined ? '' : 'Unlock the keychain and try again. Else: ';
  throw new OttoError('not_logged_in', {
    message: `The secret of ${clientId} is not known here.${problem}`,
    actionableHint: `${unlock}Set OTTO_CONTROLLER_CLIENT_SECRET, or register anew with otto client register.`,
  });
}
