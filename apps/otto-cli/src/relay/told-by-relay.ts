import { OttoError } from '@telepat/otto-protocol';
import type * as z from 'zod';

/**
 * What a relay has answered, when it is what a relay answers: before it is kept, or shown as part of a command.
 *
 * @throws OttoError `relay_unreachable` that names the field
 */
export function toldByRelay<T>(schema: z.ZodType<T>, reply: object): T {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new OttoError('relay_unreachable', {
    message: `What answered is not an Otto relay of this version: "${field}" is not what a relay gives.`,
    actionableHint: 'Check the relay URL: otto config get relayUrl.',
  });
}
