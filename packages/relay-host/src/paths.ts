import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The credential of the relay's owner, new at each start of the relay; in the relay's folder. */
export const OPERATOR_TOKEN_FILE = 'operator.token';

/** The signing secret that the daemon keeps when `OTTO_TOKEN_SECRET` is unset; in the relay's folder. */
export const TOKEN_SECRET_FILE = 'token.secret';

/** Where Otto keeps its things: `OTTO_HOME`, else `~/.otto`. */
export function ottoHome(env: Environment): string {
  return resolve(env['OTTO_HOME']?.trim() ?? join(homedir(), '.otto'));
}

/** The folder of the relay's logs and stores: `OTTO_LOG_DIR`, else `relay` in Otto's home. */
export function relayFolder(env: Environment): string {
  return resolve(env['OTTO_LOG_DIR']?.trim() ?? join(ottoHome(env), 'relay'));
}

/** Where a local client finds the operator token. */
export function operatorTokenPath(folder: string): string {
  return join(folder, OPERATOR_TOKEN_FILE);
}

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;
