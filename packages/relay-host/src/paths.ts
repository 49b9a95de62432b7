import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';

/** The credential of the relay's owner, new at each start of the relay; in the relay's folder. */
export const OPERATOR_TOKEN_FILE = 'operator.token';

/** The signing secret that the daemon keeps when `OTTO_TOKEN_SECRET` is unset; in the relay's folder. */
export const TOKEN_SECRET_FILE = 'token.secret';

/**
 * Where Otto keeps its things: `OTTO_HOME`, else `~/.otto`.
 *
 * @throws OttoError `invalid_configuration` for a user without a home folder
 */
export function ottoHome(env: Environment, homeOf = homedir): string {
  return resolve(env['OTTO_HOME']?.trim() ?? join(userFolder(homeOf), '.otto'));
}

/** An empty `HOME` is no folder: what is secret would end up in the current one. */
function userFolder(homeOf: () => string): string {
  try {
    const folder = homeOf();
    if (folder !== '') return folder;
  } catch (cause) {
    // The system does not know the user, as in a container that runs as any number.
    throw noUserFolder({ cause });
  }
  throw noUserFolder();
}

function noUserFolder(options: ErrorOptions = {}): OttoError {
  const message = 'This user has no home folder.';
  return new OttoError(
    'invalid_configuration',
    { message, actionableHint: 'Set OTTO_HOME to a folder of your own.' },
    options,
  );
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
