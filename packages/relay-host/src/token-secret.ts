import { randomBytes } from 'node:crypto';
import { chmod, link, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { SECRET_LENGTH_MIN } from './config.js';
import { nodeDisk, type Disk } from './disk.js';
import { openFolder } from './folder.js';
import { diskTrouble } from './oplog/disk-trouble.js';
import { TOKEN_SECRET_FILE } from './paths.js';
import { writeWhole } from './write-whole.js';

const SECRET_BYTES = 32;

/**
 * The signing secret that is kept in a folder; makes one at the first call. For whoever starts a relay without
 * `OTTO_TOKEN_SECRET`. Two that call at once get the same secret.
 *
 * @throws OttoError `start_failed` that names the file, when it can neither be read nor made
 */
export async function ensureTokenSecret(folder: string): Promise<string> {
  await openFolder(folder);
  const disk = nodeDisk();
  const path = join(folder, TOKEN_SECRET_FILE);
  const secret = await readOrMake(disk, path).catch((error: unknown) => {
    const actionableHint = `Look at the disk: df -h ${folder}.`;
    const message = `${path} cannot be used: ${diskTrouble(error)}.`;
    throw new OttoError('start_failed', { message, actionableHint }, { cause: error });
  });
  if (secret.length < SECRET_LENGTH_MIN) {
    throw new OttoError('invalid_configuration', {
      message: `${path} must hold at least ${SECRET_LENGTH_MIN} characters.`,
      actionableHint: 'Delete the file: the next start makes a new secret.',
    });
  }
  return secret;
}

async function readOrMake(disk: Disk, path: string): Promise<string> {
  return (await readSecret(disk, path)) ?? (await makeSecret(disk, path));
}

async function readSecret(disk: Disk, path: string): Promise<string | undefined> {
  const bytes = await disk.read(path);
  if (bytes === undefined) return undefined;
  await chmod(path, 0o600);
  return Buffer.from(bytes).toString('utf8').trim();
}

/** A link never replaces a file that is there: of several that make a secret at once, the first one wins. */
async function makeSecret(disk: Disk, path: string): Promise<string> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  await writeWhole(disk, draft, [Buffer.from(randomBytes(SECRET_BYTES).toString('hex'))]);
  try {
    await link(draft, path).catch(async (error: unknown) => {
      // A file system without links has renames: there the last one wins.
      if ((await disk.read(path)) === undefined) await rename(draft, path).catch(() => Promise.reject(error));
    });
  } finally {
    await rm(draft, { force: true });
  }
  await disk.syncFolder(dirname(path));
  return (await readSecret(disk, path)) ?? '';
}
