import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChromiumDriver } from '../src/index.js';
import { embeddedBrowser, type EmbeddedBrowser, type EmbeddedBrowserOptions } from '../src/embedded-browser.js';
import { launchChromium } from '../src/launch-chromium.js';
import { TAR_END, tarEntry } from './tar-archive.js';
import { patient } from './test-browser.js';

const isCarried = process.platform === 'linux' && process.arch === 'x64';
let home = '';

beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'otto-embedded-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

function unpack(options: Partial<EmbeddedBrowserOptions> = {}) {
  return embeddedBrowser({ home, platform: 'linux', arch: 'x64', ...options });
}

/** A package like the real one, with a few bytes in place of the browser. */
async function smallPackage(): Promise<string> {
  const folder = join(home, 'package');
  await mkdir(join(folder, 'bin'), { recursive: true });
  const archive = (name: string) => Buffer.concat([tarEntry({ name, content: name }), TAR_END]);
  await writeFile(join(folder, 'package.json'), '{ "version": "1.2.3" }');
  for (const [name, bytes] of Object.entries({
    'chromium.br': Buffer.from('browser'),
    'swiftshader.tar.br': archive('libGLESv2.so'),
    'fonts.tar.br': archive('fonts/Open.ttf'),
    'al2023.tar.br': archive('lib/libnss3.so'),
  })) {
    await writeFile(join(folder, 'bin', name), brotliCompressSync(bytes));
  }
  return folder;
}

async function titleThrough({ path, env }: EmbeddedBrowser): Promise<string> {
  const driver = new ChromiumDriver((signals) =>
    launchChromium({
      executable: { path, env },
      headless: true,
      hasSandbox: false,
      home,
      env: { PATH: process.env['PATH'] },
      signals,
    }),
  );
  try {
    const url = 'data:text/html,<title>It runs</title><p>words';
    const page = await driver.openPage({ url, waitUntil: 'load', signal: patient });
    return await page.title();
  } finally {
    await driver.close();
  }
}

describe.skipIf(!isCarried)('the embedded browser', () => {
  it('is unpacked once, into a folder that only its owner can enter, and runs, also with its own libraries', async () => {
    const sentences: string[] = [];
    const onProgress = (sentence: string) => sentences.push(sentence);
    const first = await unpack({ onProgress });
    const { mtimeMs } = await stat(first?.path ?? '');

    const second = await unpack({ onProgress, libraryFolders: [join(home, 'no-such-folder')] });

    expect(sentences).toEqual([expect.stringContaining('Unpacking')]);
    expect((await stat(second?.path ?? '')).mtimeMs).toBe(mtimeMs);
    expect((await stat(join(home, 'browsers'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(home, 'browsers'))).toEqual([expect.stringMatching(/^chromium-\d+\.\d+\.\d+$/)]);
    expect(Object.keys(second?.env ?? {})).toContain('LD_LIBRARY_PATH');
    for (const browser of [first, second]) expect(browser && (await titleThrough(browser))).toBe('It runs');
  });

  it('leaves nothing when the unpacking is interrupted', async () => {
    const abort = new AbortController();
    const unpacking = unpack({ signal: abort.signal });
    setTimeout(() => abort.abort(), 200);

    await expect(unpacking).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await readdir(join(home, 'browsers'))).toEqual([]);
  });
});

describe.skipIf(!isCarried)('unpacking', () => {
  it('is done again when a file is damaged, and once by two at a time', async () => {
    const packageFolder = await smallPackage();
    const { path = '' } = (await unpack({ packageFolder })) ?? {};
    for (const name of ['chromium', 'lib/libnss3.so', 'complete.json']) {
      await truncate(join(path, '..', name), 3);

      const both = await Promise.all([unpack({ packageFolder }), unpack({ packageFolder })]);

      expect(both.map((browser) => browser?.path)).toEqual([path, path]);
      expect(await readFile(path, 'utf8')).toBe('browser');
      expect(await readdir(join(home, 'browsers'))).toEqual(['chromium-1.2.3']);
    }
  });

  it('removes what a process left that was killed at it, and nothing of one that lives', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const leftover = (pid: number) => `${hostname()}_${pid}_aaaaaaaaaaaa`;
    for (const pid of [dead, process.pid]) await mkdir(join(home, 'browsers', leftover(pid)), { recursive: true });

    await unpack({ packageFolder: await smallPackage() });

    expect((await readdir(join(home, 'browsers'))).sort()).toEqual([leftover(process.pid), 'chromium-1.2.3'].sort());
  });

  it('fails with a sentence when the package is not whole', async () => {
    const packageFolder = await smallPackage();
    await truncate(join(packageFolder, 'bin', 'fonts.tar.br'), 5);

    await expect(unpack({ packageFolder })).rejects.toMatchObject({
      code: 'browser_not_found',
      message: expect.stringContaining('could not be unpacked'),
    });
    expect(await readdir(join(home, 'browsers'))).toEqual([]);
  });
});

describe('where there is no embedded browser', () => {
  it.each([
    ['darwin', 'arm64'],
    ['win32', 'x64'],
    ['linux', 'arm64'],
  ])('none is found: %s %s', async (platform, arch) => {
    expect(await embeddedBrowser({ home, platform, arch })).toBeUndefined();
  });
});
