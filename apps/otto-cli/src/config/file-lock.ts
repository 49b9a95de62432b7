import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { livesOn, processLife } from '../daemon/process-life.js';
import { makeFolder } from './make-folder.js';
import { unusable } from './private-file.js';
import { besideOf } from './replace-file.js';

const POLL_MS = 20;

/** Whoever holds a lock may be waiting for a keychain, which may be asking somebody. */
const WAIT_MS_MAX = 60_000;

/** A lock that says nothing for so long was left by a process that died while it wrote it. */
const SILENT_MS_MAX = 2_000;

/**
 * Does the work while no other process does any under the lock of the same file, nor this one elsewhere. The lock is a
 * file beside it that names its process; one whose process is gone is taken away.
 *
 * @throws OttoError `invalid_configuration` when the lock cannot be had
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: LockWait = {}): Promise<T> {
  const lock = `${path}.lock`;
  const own = JSON.stringify({ ...(await processLife(process.pid)), token: randomBytes(8).toString('hex') });
  await take(path, own, options);
  try {
    return await work();
  } finally {
    // One that was taken for left is somebody else's by now.
    if ((await textOf(lock)) === own) await rm(lock, { force: true });
  }
}

async function take(path: string, own: string, { signal, waitMsMax = WAIT_MS_MAX }: LockWait): Promise<void> {
  const lock = `${path}.lock`;
  const seen = new Seen();
  for (const deadline = performance.now() + waitMsMax; ;) {
    signal?.throwIfAborted();
    if (await isMade(path, own)) return;
    const text = await textOf(lock);
    if (text === undefined) continue;
    if (await isLeft(text, seen)) {
      await takeAway(lock, text);
      continue;
    }
    if (performance.now() > deadline) throw held(lock, text);
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

async function isMade(path: string, own: string): Promise<boolean> {
  const lock = `${path}.lock`;
  try {
    makeFolder(dirname(lock));
    await writeFile(lock, own, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    // A disk that is full makes the file, and takes no text.
    if ((await textOf(lock)) === '') await rm(lock, { force: true }).catch(() => undefined);
    throw unusable(path, error);
  }
}

async function isLeft(text: string, seen: Seen): Promise<boolean> {
  const holder = holderOf(text);
  return holder === undefined ? seen.isOld(text) : !(await livesOn(holder));
}

/** By a rename, of which one of several succeeds; if it took the lock of somebody who was faster, it is put back. */
async function takeAway(lock: string, left: string): Promise<void> {
  const aside = besideOf(lock, 'left');
  try {
    await rename(lock, aside);
    const taken = await readFile(aside, 'utf8');
    if (taken !== left) await writeFile(lock, taken, { flag: 'wx', mode: 0o600 });
  } catch {
    // Somebody else has taken it away, or taken it; the next look tells.
  } finally {
    await rm(aside, { force: true });
  }
}

async function textOf(lock: string): Promise<string | undefined> {
  return readFile(lock, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusable(lock, error, { use: 'read' });
  });
}

function holderOf(text: string): z.infer<typeof holder> | undefined {
  try {
    return holder.safeParse(JSON.parse(text)).data;
  } catch {
    // Half a text, or none yet.
    return undefined;
  }
}

const holder = z.object({ pid: z.int().positive(), began: z.string().optional() });

function held(lock: string, text: string): OttoError {
  const pid = holderOf(text)?.pid;
  return new OttoError('invalid_configuration', {
    message: `${lock} is held by ${pid === undefined ? 'somebody' : `process ${pid}`} and not given back.`,
    actionableHint: 'End that command, or if there is none, delete the file.',
  });
}

/** Since when a text has been the same. */
class Seen {
  #text: string | undefined;
  #since = 0;

  isOld(text: string): boolean {
    const now = performance.now();
    if (text !== this.#text) this.#since = now;
    this.#text = text;
    return now - this.#since > SILENT_MS_MAX;
  }
}

interface LockWait {
  readonly signal?: AbortSignal;
  readonly waitMsMax?: number;
}
