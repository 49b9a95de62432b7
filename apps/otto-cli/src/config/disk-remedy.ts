import { dirname } from 'node:path';

/** What to do when the system refuses to read or write a file of Otto's. */
export function diskRemedy(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REMEDIES[code]?.(path) ?? OTHER_FOLDER;
}

const OTHER_FOLDER = 'Set OTTO_HOME to a folder of your own.';

const makeRoom = (path: string) => `Make room on the disk: df -h ${dirname(path)} shows how full it is.`;
const notYours = () => `If the folder is yours, run otto doctor --fix; if not: set OTTO_HOME to a folder of your own.`;

const REMEDIES: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: makeRoom,
  EDQUOT: makeRoom,
  EROFS: () => 'The disk is read-only: set OTTO_HOME to a folder where you may write.',
  EACCES: notYours,
  EPERM: notYours,
};
