import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileKeyValue } from './file-key-value.js';

describe('FileKeyValue', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otto-kv-'));
    path = join(folder, 'nodes', 'n1.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('remembers over a restart, and forgets what was deleted', async () => {
    const first = new FileKeyValue(path);
    await first.set('a', '1');
    await first.set('b', '2');
    await first.delete('a');

    const second = new FileKeyValue(path);

    expect(await second.get('a')).toBeUndefined();
    expect(await second.get('b')).toBe('2');
  });

  it('keeps every one of many changes at once, and leaves no other file', async () => {
    const store = new FileKeyValue(path);
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.set(`k${index}`, String(index))));

    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')))).toHaveLength(20);
    expect(await readdir(join(folder, 'nodes'))).toEqual(['n1.json']);
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner only', async () => {
    await new FileKeyValue(path).set('token', 'secret');

    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'nodes'))).mode & 0o777).toBe(0o700);
  });

  it('refuses a damaged file by its name, and does not write over it', async () => {
    await new FileKeyValue(path).set('a', '1');
    await writeFile(path, '{"a": "1"');
    const store = new FileKeyValue(path);

    await expect(store.get('a')).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(path),
    });
    await expect(store.set('b', '2')).rejects.toMatchObject({ code: 'invalid_configuration' });
    expect(await readFile(path, 'utf8')).toBe('{"a": "1"');
  });

  it('is named when it can be neither read nor written, with what mends that', async () => {
    await writeFile(join(folder, 'nodes'), 'a file in the way');
    // Another name beside it would be too long.
    const long = join(folder, 'n'.repeat(250));

    await expect(new FileKeyValue(path).get('a')).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(`${path} cannot be read: ENOTDIR`),
    });
    await expect(new FileKeyValue(long).set('a', '1')).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(`${long} cannot be written: ENAMETOOLONG`),
    });
  });

  it('has names of objects as keys like any other', async () => {
    const store = new FileKeyValue(path);
    await store.set('__proto__', 'x');
    await store.set('constructor', 'y');

    const again = new FileKeyValue(path);
    expect([await again.get('__proto__'), await again.get('constructor')]).toEqual(['x', 'y']);
    expect(await again.get('toString')).toBeUndefined();
  });
});
