import { randomUUID } from 'node:crypto';
import { OttoHttpApi } from '@telepat/otto-sdk';
import type { Stage } from './stage.js';

/** Registers a client over HTTP. It prints a secret, as what a shell exports: who runs it wants to log in with that. */
export async function registerClient({ env, print }: Stage, given?: string): Promise<void> {
  // A relay takes each name once.
  const name = given ?? `examples ${randomUUID().slice(0, 8)}`;
  const relay = new OttoHttpApi({ baseUrl: env['OTTO_RELAY_URL'] ?? 'ws://127.0.0.1:8787' });
  const { clientId, clientSecret } = await relay.clients.register({ name, description: 'tries what the SDK can do' });
  print(`OTTO_CLIENT_ID=${clientId}`);
  print(`OTTO_CLIENT_SECRET=${clientSecret}`);
}
