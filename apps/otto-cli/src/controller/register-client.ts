import { hostname } from 'node:os';
import type { RegisterReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';

/** What a controller of this machine is called when nobody names it. */
export function defaultClientName(): string {
  return `otto on ${hostname()}`;
}

/**
 * Registers this machine as a controller of its relay and keeps the secret, which is given once. Who it was before is
 * forgotten here.
 *
 * @throws OttoError `controller_name_conflict`, `registration_forbidden`, and what else the relay refuses
 */
export async function registerClient(
  { config, secrets, io, ...context }: CommandContext,
  wish: { name?: string | undefined; description?: string | undefined },
): Promise<Omit<RegisterReply, 'clientSecret'>> {
  const { httpUrl } = await relayAddress({ config, secrets, io, ...context });
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const registrationSecret = io.env['OTTO_CONTROLLER_REGISTRATION_SECRET'];
  // What cannot keep the secret, and whose it is, must not ask for it.
  await secrets.checkKeepable();
  await config.checkWritable();

  const { clientSecret, ...client } = await new OttoHttpApi({ baseUrl: httpUrl }).clients.register(
    {
      name: wish.name ?? defaultClientName(),
      description: wish.description ?? `The otto command line on ${hostname()}`,
    },
    registrationSecret === undefined || registrationSecret === '' ? {} : { registrationSecret },
  );
  const { clientId } = client;
  await secrets.keep(clientId, clientSecret);
  await config.update({ clientId, controllerId: undefined, accessToken: undefined, refreshToken: undefined });
  return client;
}
