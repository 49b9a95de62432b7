import { readIfThere } from '../config/private-file.js';

/** The operator token of the relay whose folder this is; undefined when the relay never started there. */
export async function readOperatorToken(path: string): Promise<string | undefined> {
  const token = (await readIfThere(path))?.trim();
  return token === '' ? undefined : token;
}
