import * as z from 'zod';
import type { ErrorCode } from '../errors.js';

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
