import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { OttoError } from '@telepat/otto-protocol';
import { LOCK_FILE, withLockAddress } from './lock-address.js';

/** How long a holder may take to say its pid; a process that is busy or stopped holds the folder all the same. */
const ANSWER_MS_MAX = 2_000;

/** How long whoever took over from a dead process waits for others who saw the same dead process. */
const SETTLE_MS = 100;

/** Ways to lose a race and try again: the holder stopped meanwhile, or this process was slow. */
const ATTEMPTS_MAX = 10;

/** Who asks for the holder at the same time; others are turned away. */
const QUESTIONS_MAX = 16;

const holderReply = z.object({ pid: z.number() });

/**
 * The exclusive use of one folder: a listening socket in it, that the kernel closes with the process. A pid number
 * alone would not do, because it can belong to another process by now.
 */
export class FolderLock {
  readonly #server: Server;
  readonly #leftover: string | undefined;

  private constructor(server: Server, leftover: string | undefined) {
    this.#server = server;
    this.#leftover = leftover;
  }

  /** @throws OttoError `start_failed` with the holder's pid when another process holds the folder */
  static async take(folder: string, platform: NodeJS.Platform = process.platform): Promise<FolderLock> {
    const path = join(folder, LOCK_FILE);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const bound = await withLockAddress(folder, platform, listen);
      // Closing a server removes the socket file that it was told to listen at, and no other.
      if (bound !== undefined) return new FolderLock(bound.server, bound.address === path ? undefined : path);

      const holder = await askHolder(folder, platform);
      if (holder === 'missing') continue;
      if (holder !== 'dead') throw heldError(folder, holder);
      const server = await takeOver(folder, platform);
      if (server !== undefined) return new FolderLock(server, path);
    }
    throw heldError(folder, 'silent');
  }

  /** Lets the folder go. */
  async release(): Promise<void> {
    // The name goes before the socket does: afterwards it could be the next one's.
    if (this.#leftover !== undefined) await rm(this.#leftover, { force: true });
    await closeServer(this.#server);
  }
}

/** The pid of the relay that uses a folder, if there is one and it answers. */
export async function folderHolder(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<number | undefined> {
  const holder = await askHolder(folder, platform);
  return typeof holder === 'number' ? holder : undefined;
}

/**
 * Replaces the socket of a process that died; undefined when somebody else did. Several may see the dead socket at
 * once: each puts its own in place by a rename, waits, and looks whose is there. Since nobody renames later than half
 * that wait after it saw the dead one, whoever still finds its own socket is the last, and the only one.
 */
async function takeOver(folder: string, platform: NodeJS.Platform): Promise<Server | undefined> {
  const [path, draftName] = [join(folder, LOCK_FILE), `${LOCK_FILE}.${randomBytes(6).toString('hex')}`];
  const draft = join(folder, draftName);
  const bound = await withLockAddress(folder, platform, listen, draftName);
  if (bound === undefined) return undefined;

  const { ino } = await stat(draft);
  const askedAt = performance.now();
  const isDead = (await askHolder(folder, platform)) === 'dead';
  if (isDead && performance.now() - askedAt < SETTLE_MS / 2) {
    // Not a moment may pass between the look at the watch and the rename.
    renameSync(draft, path);
    await sleep(SETTLE_MS);
    if ((await stat(path).catch(() => undefined))?.ino === ino) return bound.server;
  }
  await rm(draft, { force: true });
  await closeServer(bound.server);
  return undefined;
}

/** Listens at an address; undefined when somebody else does, or did. */
function listen(address: string, platform: NodeJS.Platform): Promise<Bound | undefined> {
  const server = createServer(answer);
  server.maxConnections = QUESTIONS_MAX;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: address, exclusive: true }, () => {
      if (platform !== 'win32') chmodSync(address, 0o600);
      // The lock alone keeps no process alive.
      server.unref();
      resolve({ server, address });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function answer(socket: Socket): void {
  // Whoever asked may be gone by now; that is all the same to us.
  socket.on('error', () => socket.destroy());
  socket.write(`${JSON.stringify({ pid: process.pid })}\n`);
  socket.destroySoon();
}

function askHolder(folder: string, platform: NodeJS.Platform): Promise<Holder> {
  return withLockAddress(folder, platform, ask);
}

function ask(address: string): Promise<Holder> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(address);
    const end = (holder: Holder): void => {
      socket.destroy();
      resolve(holder);
    };
    socket.setTimeout(ANSWER_MS_MAX, () => end('silent'));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (text += part));
    socket.on('end', () => end(pidOf(text)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') end('missing');
      else end(error.code === 'ECONNREFUSED' ? 'dead' : 'silent');
    });
  });
}

function pidOf(text: string): Holder {
  try {
    return holderReply.parse(JSON.parse(text)).pid;
  } catch {
    // Something listens there: whatever it is, the folder is taken.
    return 'silent';
  }
}

function heldError(folder: string, holder: Holder): OttoError {
  const who = typeof holder === 'number' ? `pid ${holder}` : 'a process that does not say its pid';
  return new OttoError('start_failed', {
    message: `Another relay (${who}) uses ${folder}.`,
    actionableHint: 'Stop it with otto stop, or by its pid, or give this one a folder of its own with OTTO_LOG_DIR.',
  });
}

/** A pid; a process that holds the lock and does not answer; one that died and left its socket; nobody. */
type Holder = number | 'silent' | 'dead' | 'missing';

interface Bound {
  readonly server: Server;
  readonly address: string;
}
