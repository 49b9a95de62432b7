import { hostname } from 'node:os';
import { registerReply, type RegisterReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { GIVEN_ONCE_MS_MAX, unlessAborted } from '../interruption.js';
import { relayAddress } from '../relay/relay-address.js';
import { toldByRelay } from '../relay/told-by-relay.js';
import { tellLeftSecret } from './tell-left-secret.js';

/** What a controller of this machine is called when nobody names it. */
export function defaultClientName(): string {
  return `otto on ${hostname()}`;
}

/**
 * Registers this machine as a controller of its relay and keeps the secret, which is given once. Who it was before is
 * forgotten here. A command that is interrupted meanwhile keeps the secret before it ends: the relay gives it once.
 *
 * @throws OttoError `controller_name_conflict`, `registration_forbidden`, and what else the relay refuses
 */
export async function registerClient(
  context: CommandContext,
  wish: { name?: string | undefined; description?: string | undefined },
): Promise<Omit<RegisterReply, 'clientSecret'>> {
  const { config, secrets, io, output } = context;
  const { httpUrl } = await relayAddress(context);
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const registrationSecret = io.env['OTTO_CONTROLLER_REGISTRATION_SECRET'];
  // What cannot keep the secret, and whose it is, must not ask for it.
  await secrets.checkKeepable();
  await config.checkWritable();
  io.signal.throwIfAborted();

  const answer = new OttoHttpApi({ baseUrl: httpUrl }).clients.register(
    {
      name: wish.name ?? defaultClientName(),
      description: wish.description ?? `The otto command line on ${hostname()}`,
    },
    registrationSecret === undefined || registrationSecret === '' ? {} : { registrationSecret },
  );
  const reply = await unlessAborted(io.signal, answer, { graceMs: GIVEN_ONCE_MS_MAX });
  const { clientSecret, ...client } = toldByRelay(registerReply, reply);
  const { clientId } = client;
  const kept = await secrets.keep(clientId, clientSecret);
  if (kept.place === 'file' && kept.problem !== undefined) {
    output.note(
      `otto: no keychain works here (${kept.problem}); the secret is in ${kept.path}, which only you can read.`,
    );
  }
  tellLeftSecret(output, kept.left);
  await config.update({ clientId, controllerId: undefined, accessToken: undefined, refreshToken: undefined });
  io.signal.throwIfAborted();
  return client;
}
