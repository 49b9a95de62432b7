import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * What those who install a tarball would stumble over: doors to files that are not packed, and the like.
 * @param {string} path of the tarball
 * @returns {Promise<string[]>}
 */
export async function packageProblems(path) {
  const tarball = new Uint8Array(await readFile(path)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `${basename(path)}: ${formatMessage(message, pkg, { color: false })}`);
}
