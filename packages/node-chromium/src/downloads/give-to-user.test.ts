import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { userDownloadsFolder } from './give-to-user.js';

describe('the folder for downloads', () => {
  it('is the one that the desktop knows, else the usual one', async () => {
    const config = mkdtempSync(join(tmpdir(), 'otto-test-'));
    onTestFinished(() => rmSync(config, { recursive: true }));
    const env = { XDG_CONFIG_HOME: config };

    expect(await userDownloadsFolder(env, () => '/user')).toBe(join('/user', 'Downloads'));
    writeFileSync(join(config, 'user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Geladen"\n');
    expect(await userDownloadsFolder(env, () => '/user')).toBe('/user/Geladen');
  });

  it('is none where the user has no home', async () => {
    const unknown = () => {
      throw new Error('ENOENT: no such file or directory, uv_os_homedir');
    };

    expect(await userDownloadsFolder({}, unknown)).toBeUndefined();
    expect(await userDownloadsFolder({}, () => '')).toBeUndefined();
  });
});
