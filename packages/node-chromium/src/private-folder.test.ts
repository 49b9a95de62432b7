import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePrivateFolder } from './private-folder.js';

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'otto-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a private folder', () => {
  it.skipIf(process.platform === 'win32')('is made with those above it, and closed to others', async () => {
    const path = join(tempFolder(), 'a', 'b');

    await Promise.all([makePrivateFolder(path), makePrivateFolder(path)]);

    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform === 'win32')('that was open is closed', async () => {
    const path = join(tempFolder(), 'open');
    mkdirSync(path);
    chmodSync(path, 0o755);

    await makePrivateFolder(path);

    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is refused where a file is in the way', async () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, '');

    await expect(makePrivateFolder(path)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it.skipIf(process.platform !== 'linux')('that a file system will not make is told at once', async () => {
    await expect(makePrivateFolder('/proc/otto/node')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
