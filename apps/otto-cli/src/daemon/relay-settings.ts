import type { HostConfig } from '@telepat/otto-relay-host';
import type { Paths } from '../config/paths.js';
import type { Environment } from '../io.js';

/**
 * With what a relay of this folder starts; also for whoever wants to know whether one would start, before another is
 * stopped for it.
 *
 * @throws OttoError `invalid_configuration` or `start_failed`, with a sentence that says what to change
 */
export async function relaySettings({ paths, env, version }: RelayPlan): Promise<HostConfig> {
  // Fastify and the stores take a while to load, and only few commands need them.
  const { ensureTokenSecret, readConfig } = await import('@telepat/otto-relay-host');
  // An empty secret is not unset: whoever meant to set it is told.
  const secret = env['OTTO_TOKEN_SECRET'] ?? (await ensureTokenSecret(paths.relay));
  const folders = { OTTO_HOME: paths.home, OTTO_LOG_DIR: paths.relay };
  return readConfig({ ...env, ...folders, OTTO_TOKEN_SECRET: secret }, version);
}

export interface RelayPlan {
  readonly paths: Paths;
  readonly env: Environment;
  readonly version: string;
}
