import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';

const present =
  (...paths: string[]) =>
  (path: string) =>
    Promise.resolve(paths.includes(path));

describe('an installed browser', () => {
  it('is found in the usual place of each platform', async () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    const windows = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';

    expect(await findBrowser({ env: {}, platform: 'darwin', isExecutable: present(mac) })).toBe(mac);
    expect(await findBrowser({ env: {}, platform: 'linux', isExecutable: present('/usr/bin/chromium') })).toBe(
      '/usr/bin/chromium',
    );
    expect(
      await findBrowser({
        env: { ProgramFiles: 'C:\\Program Files' },
        platform: 'win32',
        isExecutable: present(windows),
      }),
    ).toBe(windows);
  });

  it('is Chrome rather than Edge where both are installed', async () => {
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const chrome = 'C:\\Users\\ada\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe';
    const env = { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)', LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' };

    expect(await findBrowser({ env, platform: 'win32', isExecutable: present(edge, chrome) })).toBe(chrome);
  });

  it('is found in the folders of PATH when it is in no usual place', async () => {
    const path = '/home/ada/.local/bin/chromium';

    const found = await findBrowser({
      env: { PATH: '/usr/sbin:relative:/home/ada/.local/bin' },
      platform: 'linux',
      isExecutable: present(path, 'relative/chromium'),
    });

    expect(found).toBe(path);
  });

  it('is not found where there is none, or on a platform that nobody described', async () => {
    expect(await findBrowser({ env: {}, platform: 'linux', isExecutable: present() })).toBeUndefined();
    expect(
      await findBrowser({ env: {}, platform: 'freebsd', isExecutable: present('/usr/bin/chromium') }),
    ).toBeUndefined();
  });
});

describe('a chosen browser', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'otto-find-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('goes before every installed one, and the option before OTTO_BROWSER', async () => {
    const isExecutable = present('/opt/mine', '/opt/other', '/usr/bin/chromium');
    const env = { OTTO_BROWSER: '/opt/other' };

    expect(await findBrowser({ env, platform: 'linux', isExecutable })).toBe('/opt/other');
    expect(await findBrowser({ browserPath: '/opt/mine', env, platform: 'linux', isExecutable })).toBe('/opt/mine');
  });

  it('is an error that names it when it does not exist, even if another browser is installed', async () => {
    const finding = findBrowser({
      env: { OTTO_BROWSER: '/opt/gone' },
      platform: 'linux',
      isExecutable: present('/usr/bin/chromium'),
    });

    await expect(finding).rejects.toMatchObject({
      code: 'browser_not_found',
      message: expect.stringMatching(/OTTO_BROWSER.*\/opt\/gone/),
    });
  });

  it.skipIf(process.platform === 'win32')('must be a file that may be executed', async () => {
    const path = join(folder, 'browser');
    await writeFile(path, '#!/bin/sh\n', { mode: 0o600 });
    const find = (browserPath: string) => findBrowser({ browserPath, env: {}, platform: 'linux' });

    await expect(find(path)).rejects.toMatchObject({ code: 'browser_not_found' });
    await expect(find(folder)).rejects.toMatchObject({ code: 'browser_not_found' });
    await chmod(path, 0o700);
    expect(await find(path)).toBe(path);
  });
});
