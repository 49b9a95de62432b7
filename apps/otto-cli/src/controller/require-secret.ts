import { OttoError } from '@telepat/otto-protocol';
import type { SecretTrouble } from '../config/secret-store.js';
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
  const remedy = REMEDIES[found.reason ?? 'gone'];
  throw new OttoError('not_logged_in', {
    message: `The secret of ${clientId} is not known here.${problem}`,
    actionableHint: `${remedy}Set OTTO_CONTROLLER_CLIENT_SECRET, or register anew with otto client register.`,
  });
}

/** What comes before the ways of those who have no secret at all. */
const REMEDIES: Readonly<Record<SecretTrouble['reason'], string>> = {
  gone: '',
  off: 'Unset OTTO_KEYCHAIN and try again. Else: ',
  locked: 'Unlock the keychain and try again. Else: ',
};
