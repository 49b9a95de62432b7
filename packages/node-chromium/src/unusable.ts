import { dirname } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';

/** A file or folder of Otto's that cannot be used, with what mends that. What is told already stays as it is. */
export function unusable(path: string, error: unknown, use: 'read' | 'written' = 'written'): OttoError {
  if (error instanceof OttoError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new OttoError(
    'invalid_configuration',
    { message: `${path} cannot be ${use}: ${reason}.`, actionableHint: diskRemedy(error, path) ?? OTHER_FOLDER },
    { cause: error },
  );
}

/** What to do about a disk that takes nothing; undefined when it is not the disk. */
export function diskRemedy(error: unknown, path: string): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `Make room on the disk: df -h ${dirname(path)} shows how full it is.`;
  }
  return code === 'EROFS' ? 'The disk is read-only: set OTTO_HOME to a folder where you may write.' : undefined;
}

const OTHER_FOLDER = 'Set OTTO_HOME to a folder of your own.';
