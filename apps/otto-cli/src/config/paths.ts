import { join, resolve } from 'node:path';
import type { Environment } from '../io.js';

/** Where Otto keeps its things: under `OTTO_HOME`, and the relay's under `OTTO_LOG_DIR`. */
export function pathsOf(env: Environment, userFolder: string): Paths {
  const home = folderOf(env['OTTO_HOME']) ?? join(userFolder, '.otto');
  const relay = folderOf(env['OTTO_LOG_DIR']) ?? join(home, 'relay');
  return {
    home,
    config: join(home, 'config.json'),
    clientSecret: join(home, 'client-secret.json'),
    daemonLog: join(home, 'daemon.log'),
    node: join(home, 'node'),
    relay,
    operatorToken: join(relay, 'operator.token'),
    pidFile: join(relay, 'relay.pid'),
  };
}

/** A folder from the environment, made absolute; an empty value is no value. */
function folderOf(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : resolve(value);
}

/** Absolute paths. */
export interface Paths {
  readonly home: string;
  readonly config: string;
  readonly clientSecret: string;
  readonly daemonLog: string;
  /** What the node on this machine remembers. */
  readonly node: string;
  /** Stores and operation log of the relay. */
  readonly relay: string;
  readonly operatorToken: string;
  readonly pidFile: string;
}
