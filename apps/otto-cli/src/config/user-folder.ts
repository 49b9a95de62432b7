import { OttoError } from '@telepat/otto-protocol';
import type { Io } from '../io.js';

/**
 * The folder of the user, for what cannot be elsewhere.
 *
 * @throws OttoError `invalid_configuration` when the user has none, as in many containers
 */
export function userFolderOf({ userFolder }: Pick<Io, 'userFolder'>, actionableHint = OTHER_FOLDER): string {
  if (userFolder !== undefined) return userFolder;
  throw new OttoError('invalid_configuration', { message: 'This user has no home folder.', actionableHint });
}

const OTHER_FOLDER = 'Set OTTO_HOME to a folder of your own.';
