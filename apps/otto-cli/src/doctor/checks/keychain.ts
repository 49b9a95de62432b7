import type { CommandContext } from '../../context.js';
import type { Finding } from '../finding.js';

/** Whether secrets are kept where the system keeps them. A server has no such place, and that is no fault. */
export async function keychain({ config, secrets, paths }: CommandContext): Promise<Finding> {
  const problem = await secrets.problemOfKeychain();
  if (problem !== undefined) {
    return { level: 'ok', message: `none is used (${problem}); secrets are in files that only you can read` };
  }
  const { clientId } = await config.read();
  const found = clientId === undefined ? undefined : await secrets.find(clientId);
  if (clientId === undefined || found?.place !== 'file') return { level: 'ok', message: 'works' };
  return {
    level: 'warn',
    message: `It works, and yet the secret of ${clientId} is in ${paths.clientSecret}.`,
    remedy: 'otto doctor --fix',
    fix: async () => void (await secrets.keep(clientId, found.secret)),
  };
}
