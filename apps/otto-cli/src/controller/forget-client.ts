import type { CommandContext } from '../context.js';
import { tellLeftSecret } from './tell-left-secret.js';

/** Takes a controller off this machine: its secret, its tokens, and that it was this machine. */
export async function forgetClient(
  { config, secrets, output }: Pick<CommandContext, 'config' | 'secrets' | 'output'>,
  clientId: string | undefined,
): Promise<void> {
  if (clientId !== undefined) tellLeftSecret(output, await secrets.forget(clientId));
  await config.update({
    clientId: undefined,
    controllerId: undefined,
    accessToken: undefined,
    refreshToken: undefined,
  });
}
