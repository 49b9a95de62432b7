import type { CommandContext } from '../context.js';

/** Takes a controller off this machine: its secret, its tokens, and that it was this machine. */
export async function forgetClient(
  { config, secrets }: Pick<CommandContext, 'config' | 'secrets'>,
  clientId: string | undefined,
): Promise<void> {
  if (clientId !== undefined) await secrets.forget(clientId);
  await config.update({
    clientId: undefined,
    controllerId: undefined,
    accessToken: undefined,
    refreshToken: undefined,
  });
}
