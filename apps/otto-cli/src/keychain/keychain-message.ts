import * as z from 'zod';

/** What the keychain is asked for: the name is no secret, the value is. */
export const keychainRequest = z.discriminatedUnion('act', [
  z.object({ act: z.literal('read'), name: z.string() }),
  z.object({ act: z.literal('write'), name: z.string(), secret: z.string() }),
  z.object({ act: z.literal('remove'), name: z.string() }),
]);

/** What it gave, or why it gave nothing. */
export const keychainAnswer = z.union([z.object({ secret: z.string().nullable() }), z.object({ problem: z.string() })]);

export type KeychainRequest = z.infer<typeof keychainRequest>;
export type KeychainAnswer = z.infer<typeof keychainAnswer>;
