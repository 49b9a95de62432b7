import type { CommandContext } from '../../context.js';
import type { SecretTrouble } from '../../config/secret-store.js';
import type { Finding } from '../finding.js';

/** Whether this machine is a controller, and where its secret is. */
export async function controller({ config, secrets, paths }: CommandContext): Promise<Finding> {
  const { clientId, refreshToken } = await config.read();
  if (clientId === undefined) {
    return { level: 'warn', message: 'No controller is registered here.', remedy: 'otto setup' };
  }
  const found = await secrets.find(clientId);
  if (found.place === undefined) {
    const until = refreshToken === undefined ? '' : '; its login goes on until it runs out';
    const problem = found.problem === undefined ? '' : ` ${found.problem}`;
    return {
      level: 'warn',
      message: `The secret of ${clientId} is not known here${until}.${problem}`,
      remedy: REMEDIES[found.reason ?? 'gone'],
    };
  }
  const places = { keychain: 'the keychain', file: paths.clientSecret, environment: 'OTTO_CONTROLLER_CLIENT_SECRET' };
  return { level: 'ok', message: `${clientId}, its secret in ${places[found.place]}` };
}

/** A keychain that is locked asks to be opened; registered anew, this machine would be somebody else. */
const REMEDIES: Readonly<Record<SecretTrouble['reason'], string>> = {
  gone: 'otto setup',
  off: 'unset OTTO_KEYCHAIN',
  locked: 'otto client login',
};
