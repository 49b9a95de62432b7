import { isAbsolute, resolve } from 'node:path';
import type { Io } from '../io.js';

/**
 * A path as it was typed, made absolute. The current folder is looked at for a relative one only: it may be gone.
 *
 * @throws OttoError `invalid_configuration` when it is
 */
export function pathFrom(io: Pick<Io, 'cwd'>, typed: string): string {
  return isAbsolute(typed) ? resolve(typed) : resolve(io.cwd, typed);
}
