import * as z from 'zod';
import { readIfThere, writePrivateFile } from './private-file.js';

/** Whose secret is kept, and where: the file holds it, or says that the keychain of the system does. */
export type SecretNote =
  { readonly clientId: string; readonly clientSecret: string } | { readonly clientId: string; readonly in: 'keychain' };

/** Undefined when there is no file, or none that is understood. */
export async function readSecretNote(path: string): Promise<SecretNote | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : secretNote.safeParse(text).data;
}

/** @throws OttoError `invalid_configuration` that names the file, when it cannot be written */
export async function writeSecretNote(path: string, note: SecretNote): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(note)}\n`);
}

const secretNote = z
  .string()
  .transform((text, check): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      check.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z.union([
      z.object({ clientId: z.string(), clientSecret: z.string() }),
      z.object({ clientId: z.string(), in: z.literal('keychain') }),
    ]),
  );
