import * as z from 'zod';
import type { ErrorCode } from '../errors.js';
import type { IdPrefix } from '../ids.js';

/**
 * A required text field. The schema's message is the error code of the answer, so that a route needs no table of
 * its own: whoever parses a body takes the first issue's message as the code.
 */
export function requiredText(code: ErrorCode, lengthMax = 200) {
  return z.string({ error: code }).trim().min(1, { error: code }).max(lengthMax, { error: code });
}

/** An optional text field; a value of the wrong type counts as missing. */
export function optionalText(lengthMax = 200) {
  return z.string().max(lengthMax).optional().catch(undefined);
}

/** An id that a relay has made. Whoever is told one may put it into a command that a person copies into a shell. */
export function idText(prefix: IdPrefix) {
  return z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{1,64}$`));
}

/** A token or secret that a relay has made: what may stand in a header. */
export function tokenText() {
  return z.string().regex(/^[\x21-\x7e]{1,4096}$/);
}
