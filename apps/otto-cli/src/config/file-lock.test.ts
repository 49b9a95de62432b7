import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { processLife } from '../daemon/process-life.js';
import { withFileLock } from './file-lock.js';

describe('the lock of a file', () => {
  it('lets one work at a time, and is gone afterwards', async () => {
    const path = join(temporaryFolder(), 'home', 'config.json');
    let [working, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, (working += 1));
      await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
    };

    await Promise.all(Array.from({ length: 10 }, () => withFileLock(path, work)));

    expect(most).toBe(1);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('is given back when the work fails', async () => {
    const path = join(temporaryFolder(), 'config.json');

    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

    expect(await withFileLock(path, () => Promise.resolve('yes'))).toBe('yes');
  });

  it.each([
    ['is gone', async () => JSON.stringify({ pid: await goneProcess(), token: 'x' })],
    [
      'has given its id to another one',
      async () => JSON.stringify({ ...(await processLife(process.pid)), began: 'long ago', token: 'x' }),
    ],
    ['has died while it wrote', () => Promise.resolve('{"pi')],
  ])('is taken from a process that %s', async (_, left) => {
    const path = join(temporaryFolder(), 'config.json');
    writeFileSync(`${path}.lock`, await left());

    const work = () => Promise.resolve(readFileSync(`${path}.lock`, 'utf8'));
    const texts = await Promise.all([withFileLock(path, work), withFileLock(path, work)]);

    expect(texts.map((text) => (JSON.parse(text) as { pid: number }).pid)).toEqual([process.pid, process.pid]);
  });

  it('is not taken from a process that lives, which is named', async () => {
    const path = join(temporaryFolder(), 'config.json');
    writeFileSync(`${path}.lock`, JSON.stringify({ ...(await processLife(process.pid)), token: 'x' }));

    const waiting = withFileLock(path, () => Promise.resolve(), { waitMsMax: 50 });

    await expect(waiting).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain('"token":"x"');
  });
});

async function goneProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid ?? 0;
}
