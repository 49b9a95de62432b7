import type { CommandContext } from '../../context.js';
import type { Finding } from '../finding.js';

/** Whether secrets are kept where the system keeps them. A server has no such place, and that is no fault. */
export async function keychain({ config, secrets, paths }: CommandContext): Promise<Finding> {
  const problem = await secrets.problemOfKeychain();
  const { clientId } = await config.read();
  const place = clientId === undefined ? undefined : await secrets.placeOf(clientId);
  if (problem !== undefined) {
    if (clientId !== undefined && place === 'keychain') {
      const message = `It does not work (${problem}), and the secret of ${clientId} is in it.`;
      const { reason } = await secrets.find(clientId);
      return { level: 'warn', message, remedy: reason === 'off' ? 'unset OTTO_KEYCHAIN' : 'otto client login' };
    }
    return { level: 'ok', message: `none is used (${problem}); secrets are in files that only you can read` };
  }
  if (clientId === undefined || place !== 'file') return { level: 'ok', message: 'works' };
  return {
    level: 'warn',
    message: `It works, and yet the secret of ${clientId} is in ${paths.clientSecret}.`,
    remedy: 'otto doctor --fix',
    fix: async () => {
      const { secret } = await secrets.find(clientId);
      if (secret !== undefined) await secrets.keep(clientId, secret);
    },
  };
}
