/** What the commonest refusals of a disk mean. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the disk is read-only',
  EIO: 'the disk reports a fault',
  EACCES: 'the folder or file may not be written',
  EPERM: 'the folder or file may not be written',
  ENOENT: 'the folder is gone',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EISDIR: 'a folder is in the place of the file',
};

/** A refusal of the disk in plain words, with the system's own. */
export function diskTrouble(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = WORDS[code];
  return words === undefined ? said : `${words} (${said})`;
}
