import { dirname } from 'node:path';

/**
 * What to do when the system refuses to read or write a file of Otto's.
 *
 * @param elsewhere for a file that another `OTTO_HOME` does not move
 */
export function diskRemedy(error: unknown, path: string, elsewhere?: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `Make room on the disk: df -h ${dirname(path)} shows how full it is.`;
  return elsewhere ?? REMEDIES[code] ?? OTHER_FOLDER;
}

const OTHER_FOLDER = 'Set OTTO_HOME to a folder of your own.';

const NOT_YOURS = 'If the folder is yours, run otto doctor --fix; if not: set OTTO_HOME to a folder of your own.';

const REMEDIES: Readonly<Record<string, string>> = {
  EROFS: 'The disk is read-only: set OTTO_HOME to a folder where you may write.',
  EACCES: NOT_YOURS,
  EPERM: NOT_YOURS,
};
