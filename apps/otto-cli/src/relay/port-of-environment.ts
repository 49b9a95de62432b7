import { OttoError } from '@telepat/otto-protocol';
import type { Environment } from '../io.js';

/** Where a relay listens unless it is told otherwise. */
export const PORT_DEFAULT = 8_787;

/**
 * The port that a relay of this environment would take; 0 is any that is free.
 *
 * @throws OttoError `invalid_configuration` for what the relay would refuse
 */
export function portOfEnvironment(env: Environment): number {
  const value = env['OTTO_RELAY_PORT']?.trim();
  if (value === undefined) return PORT_DEFAULT;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  const message = `OTTO_RELAY_PORT is ${JSON.stringify(value)}: it must be a whole number from 0 to 65535.`;
  throw new OttoError('invalid_configuration', { message });
}
