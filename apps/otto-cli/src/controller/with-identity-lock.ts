import { withFileLock } from '../config/file-lock.js';
import type { CommandContext } from '../context.js';

/**
 * Does what changes who this machine is as a controller. The id is in one file and the secret in another one, or in a
 * keychain: of two commands that change both at once, the second one waits for the first.
 */
export function withIdentityLock<T>(
  { paths, io }: Pick<CommandContext, 'paths' | 'io'>,
  work: () => Promise<T>,
): Promise<T> {
  return withFileLock(paths.clientSecret, work, { signal: io.signal });
}
