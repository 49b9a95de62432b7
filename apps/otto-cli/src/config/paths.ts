import { join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import type { Io } from '../io.js';
import { pathFrom } from './path-from.js';
import { userFolderOf } from './user-folder.js';

/**
 * Where Otto keeps its things: under `OTTO_HOME`, and the relay's under `OTTO_LOG_DIR`.
 *
 * @throws OttoError `invalid_configuration` when one of them is there and names no folder, as the relay does, or when
 *   there is none to begin with
 */
export function pathsOf(io: PathSource): Paths {
  const home = folderOf(io, 'OTTO_HOME') ?? pathFrom(io, join(userFolderOf(io), '.otto'));
  const relay = folderOf(io, 'OTTO_LOG_DIR') ?? join(home, 'relay');
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
function folderOf(io: PathSource, name: string): string | undefined {
  const value = io.env[name]?.trim();
  if (value !== '') return value === undefined ? undefined : pathFrom(io, value);
  throw new OttoError('invalid_configuration', {
    message: `${name} is "": it must be a folder. To get the default, unset it.`,
  });
}

/** What paths are made from. */
export type PathSource = Pick<Io, 'env' | 'userFolder' | 'cwd'>;

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
