import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderLock, folderHolder } from '../src/folder-lock.js';
import { LOCK_FILE } from '../src/lock-address.js';
import { Child } from './support/child.js';
import { tempFolder } from './support/temp-folder.js';

const LOCK_HOLDER = new URL('./children/lock-holder.ts', import.meta.url);
const LOCK_RACER = new URL('./children/lock-racer.ts', import.meta.url);

const RACERS = 5;

/** By then each of them is ready to go. */
const RACE_AFTER_MS = 2_500;

/** A folder whose path is longer than any socket's may be. */
function longFolder(): string {
  const folder = join(tempFolder(), 'long'.repeat(20), 'folder'.repeat(10));
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function take(folder: string): Promise<FolderLock> {
  const lock = await FolderLock.take(folder);
  onTestFinished(() => lock.release());
  return lock;
}

/** A process that holds the folder, and then dies without letting go. */
async function leaveDeadLock(folder: string): Promise<number> {
  const child = await Child.start(LOCK_HOLDER, [folder]);
  await expect.poll(() => child.lines, { timeout: 20_000 }).toEqual(['held']);
  await child.kill('SIGKILL');
  expect(existsSync(join(folder, LOCK_FILE))).toBe(true);
  return child.pid;
}

describe.each([
  ['a folder', tempFolder],
  ['a folder with a path too long for a socket', longFolder],
])('%s', (_what, makeFolder) => {
  it('is refused to a second one, which is told the pid of the first', async () => {
    const folder = makeFolder();
    await take(folder);

    await expect(FolderLock.take(folder)).rejects.toMatchObject({
      code: 'start_failed',
      message: `Another relay (pid ${process.pid}) uses ${folder}.`,
    });
  });

  it('is refused while another process holds it, and free again when that was killed', async () => {
    const folder = makeFolder();
    const child = await Child.start(LOCK_HOLDER, [folder]);
    await expect.poll(() => child.lines, { timeout: 20_000 }).toEqual(['held']);

    await expect(FolderLock.take(folder)).rejects.toThrow(`pid ${child.pid}`);
    expect(await folderHolder(folder)).toBe(child.pid);

    await child.kill('SIGKILL');
    expect(await folderHolder(folder)).toBeUndefined();
    await take(folder);
    expect(await folderHolder(folder)).toBe(process.pid);
  });

  it('is free again after it was released, and nothing of the lock is left', async () => {
    const folder = makeFolder();
    const lock = await FolderLock.take(folder);

    await lock.release();

    expect(readdirSync(folder)).toEqual([]);
    await take(folder);
  });

  it('is given to exactly one of many that find the lock of a dead process', async () => {
    const folder = makeFolder();
    await leaveDeadLock(folder);

    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => take(folder)));

    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
  });
});

describe.each([
  ['nobody holds', () => Promise.resolve()],
  ['a killed process held', async (folder: string) => void (await leaveDeadLock(folder))],
])('a folder that %s', (_what, prepare) => {
  it('is given to exactly one of several processes that start at the same instant; the others are told its pid', async () => {
    const folder = tempFolder();
    await prepare(folder);
    const moment = String(Date.now() + RACE_AFTER_MS);

    const racers = await Promise.all(Array.from({ length: RACERS }, () => Child.start(LOCK_RACER, [folder, moment])));
    await expect.poll(() => racers.filter(({ lines }) => lines.length > 0), { timeout: 25_000 }).toHaveLength(RACERS);

    const winners = racers.filter(({ lines }) => lines[0] === 'held');
    expect(winners).toHaveLength(1);
    const told = new Set(racers.filter((racer) => !winners.includes(racer)).map(({ lines }) => lines[0]));
    expect([...told]).toEqual([`Another relay (pid ${winners[0]?.pid}) uses ${folder}.`]);
  });
});

it.skipIf(process.platform === 'win32')(
  'a holder that is stopped and does not answer holds its folder all the same',
  async () => {
    const folder = tempFolder();
    const child = await Child.start(LOCK_HOLDER, [folder]);
    await expect.poll(() => child.lines, { timeout: 20_000 }).toEqual(['held']);
    process.kill(child.pid, 'SIGSTOP');

    await expect(FolderLock.take(folder)).rejects.toThrow('a process that does not say its pid');
  },
);

it('a file that is no socket is taken for a dead lock', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, LOCK_FILE), '12345');

  await take(folder);

  expect(await folderHolder(folder)).toBe(process.pid);
});

it('two folders are held side by side', async () => {
  await take(tempFolder());

  await take(tempFolder());
});

it('a folder that is not there is held by nobody', async () => {
  expect(await folderHolder(join(tempFolder(), 'nothing'))).toBeUndefined();
});

it.skipIf(process.platform === 'win32')('the lock is closed to others', async () => {
  const folder = tempFolder();
  await take(folder);

  expect(statSync(join(folder, LOCK_FILE)).mode & 0o777).toBe(0o600);
});
