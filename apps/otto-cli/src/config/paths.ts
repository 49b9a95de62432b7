import { join, resolve } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import type { Environment } from '../io.js';

/**
 * Where Otto keeps its things: under `OTTO_HOME`, and the relay's under `OTTO_LOG_DIR`.
 *
 * @throws OttoError `invalid_configuration` when one of them is there and names no folder, as the relay does
 */
export function pathsOf(env: Environment, userFolder: string): Paths {
  const home = folderOf(env, 'OTTO_HOME') ?? join(userFolder, '.otto');
  const relay = folderOf(env, 'OTTO_LOG_DIR') ?? join(home, 'relay');
  return {
    home,
    config: join(home, 'config.json'),
    clientSecret: join(home, 'client-secret.json'),
    daemonLog: join(home, 'daemon.log'),
    node: join(home, 'node'),
    listeners: join(home, 'listeners'),
    relay,
    operatorToken: join(relay, 'operator.token'),
    pidFile: join(relay, 'relay.pid'),
  };
}

/** A folder from the environment, made absolute. */
function folderOf(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  if (value !== '') return value === undefined ? undefined : resolve(value);
  throw new OttoError('invalid_configuration', {
    message: `${name} is "": it must be a folder. To get the default, unset it.`,
  });
}

/** Absolute paths. */
export interface Paths {
  readonly home: string;
  readonly config: string;
  readonly clientSecret: string;
  readonly daemonLog: string;
  /** What the node on this machine remembers. */
  readonly node: string;
  /** What commands of this user listen to now. */
  readonly listeners: string;
  /** Stores and operation log of the relay. */
  readonly relay: string;
  readonly operatorToken: string;
  readonly pidFile: string;
}
