import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { OttoError } from '@telepat/otto-protocol';
import { makeOwnFolder, removeFolder } from './private-folder.js';
import { abortReason } from './until.js';
import { untar } from './untar.js';
import { diskRemedy } from './unusable.js';

/**
 * Unpacks the embedded browser into a folder of this process's own and then renames that into place, so that nobody
 * ever sees a part of it: an interrupted unpacking leaves nothing, and of two at a time the first one wins.
 */
export async function unpackBrowser({ from, to, isComplete, signal }: UnpackOptions): Promise<void> {
  const own = await makeOwnFolder(dirname(to)).catch((error: unknown) => {
    throw notUnpacked(to, error);
  });
  try {
    const sizes = await allEnded([
      inflate(join(from, 'chromium.br'), join(own, 'chromium'), signal),
      ...ARCHIVES.map((name) => inflateArchive(join(from, name), own)),
    ]);
    await write(join(own, 'fonts.conf'), FONTS_CONF, 0o600);
    await write(join(own, 'complete.json'), JSON.stringify(Object.assign({}, ...sizes)), 0o600);
    await moveIntoPlace(own, to, isComplete);
  } catch (error) {
    if (signal?.aborted === true) throw abortReason(signal);
    throw notUnpacked(to, error);
  } finally {
    await removeFolder(own);
  }
}

function notUnpacked(to: string, error: unknown): OttoError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The embedded Chromium (200 MB) could not be unpacked to ${to}: ${reason}`;
  const actionableHint = diskRemedy(error, to);
  const hint = actionableHint === undefined ? {} : { actionableHint };
  return new OttoError('browser_not_found', { message, ...hint }, { cause: error });
}

/** Beside the browser: its software renderer, a font, and the libraries that a bare system lacks. */
const ARCHIVES = ['swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br'];

const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Like `Promise.all`, but nobody is still writing when it rejects. */
async function allEnded<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** Sizes of the files that were unpacked, by name. */
type Sizes = Record<string, number>;

/** Streams, because the browser is 200 MB when unpacked. */
async function inflate(from: string, to: string, signal: AbortSignal | undefined): Promise<Sizes> {
  const target = createWriteStream(to, { mode: 0o700, flush: true });
  const source = createReadStream(from, { highWaterMark: 4 * 1024 * 1024 });
  await pipeline(source, createBrotliDecompress({ chunkSize: 2 * 1024 * 1024 }), target, signal ? { signal } : {});
  return { [basename(to)]: target.bytesWritten };
}

/** The archives are small enough to be held in memory. */
async function inflateArchive(from: string, folder: string): Promise<Sizes> {
  const archive = await promisify(brotliDecompress)(await readFile(from), { maxOutputLength: 64 * 1024 * 1024 });
  const sizes: Sizes = {};
  for (const { name, isExecutable, bytes } of untar(archive)) {
    // The package's own configuration names folders that exist in a cloud function only.
    if (name === 'fonts.conf') continue;
    await mkdir(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
    await write(join(folder, name), bytes, isExecutable ? 0o700 : 0o600);
    sizes[name] = bytes.length;
  }
  return sizes;
}

async function write(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    await file.writeFile(content);
    // The list of complete files must not outlive a power failure that its files did not.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveIntoPlace(own: string, to: string, isComplete: UnpackOptions['isComplete']): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await rename(own, to);
    } catch (error) {
      // Somebody was faster, or what is there is damaged and gives way.
      if (await isComplete(to)) return;
      if (attempt === 2) throw error;
      await removeFolder(to);
    }
  }
}

interface UnpackOptions {
  /** Folder of the compressed files. */
  readonly from: string;
  readonly to: string;
  readonly isComplete: (folder: string) => Promise<boolean>;
  readonly signal?: AbortSignal;
}
