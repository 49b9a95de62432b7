import type { CommandContext } from '../../context.js';
import type { Finding } from '../finding.js';

/** Whether this machine is a controller, and where its secret is. */
export async function controller({ config, secrets, paths, io }: CommandContext): Promise<Finding> {
  const { clientId, refreshToken } = await config.read();
  if (clientId === undefined) {
    return { level: 'warn', message: 'No controller is registered here.', remedy: 'otto setup' };
  }
  if ((await secrets.secretOf(clientId)) === undefined) {
    const message = `The secret of ${clientId} is not known here${refreshToken === undefined ? '' : '; its login goes on until it runs out'}.`;
    return { level: 'warn', message, remedy: 'otto setup' };
  }
  const fromEnv = io.env['OTTO_CONTROLLER_CLIENT_SECRET'] ?? '';
  const where = fromEnv === '' ? `in ${paths.clientSecret}; no keychain is used` : 'in OTTO_CONTROLLER_CLIENT_SECRET';
  return { level: 'ok', message: `${clientId}, its secret ${where}` };
}
