import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WatchedTab } from '@telepat/otto-node-runtime/testing';
import { launchChromiumDriver, type ChromiumDriver, type ChromiumOptions } from '../src/index.js';
import { FixtureSite } from './fixture-site.js';
import { patient, TEST_HOME } from './test-browser.js';

const site = new FixtureSite();
const drivers: ChromiumDriver[] = [];
const children: ChildProcess[] = [];
let folder = '';

beforeAll(() => site.start());
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'otto-launch-'))));

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

afterAll(() => site.stop());

async function launch(options: Partial<ChromiumOptions> = {}): Promise<ChromiumDriver> {
  const driver = await launchChromiumDriver({
    home: TEST_HOME,
    env: process.env,
    platform: process.platform,
    ...options,
  });
  drivers.push(driver);
  return driver;
}

/** Folders of browsers that a process started, as long as they run. */
async function runsOf(pid: number | undefined): Promise<string[]> {
  const names = await readdir(join(TEST_HOME, 'runs')).catch(() => []);
  return names.filter((name) => name.includes(`_${pid}_`));
}

/** Command lines of browser processes (the main ones) that a process started. */
async function browsersOf(pid: number | undefined): Promise<{ id: string; line: string }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    ids.map(async (id) => ({ id, line: await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '') })),
  );
  return all.filter(({ line }) => line.includes('/runs/') && line.includes(`_${pid}_`) && !line.includes('--type='));
}

describe('a browser', () => {
  it('is gone with its profile when its driver was closed, and opens no tab afterwards', async () => {
    const driver = await launch();
    expect(await runsOf(process.pid)).toHaveLength(1);

    await driver.close();

    expect(await runsOf(process.pid)).toEqual([]);
    await expect(driver.openPage({ waitUntil: 'none', signal: patient })).rejects.toMatchObject({ code: 'tab_closed' });
    await driver.close();
  });

  it.skipIf(process.platform !== 'linux')(
    'is started without traffic of its own, and without our secrets',
    async () => {
      await launch({ env: { ...process.env, OTTO_TOKEN_SECRET: 'not for pages' } });

      const [{ id, line } = { id: '', line: '' }] = await browsersOf(process.pid);

      for (const argument of [
        'no-first-run',
        'disable-background-networking',
        'disable-component-update',
        'disable-sync',
      ]) {
        expect(line).toContain(`--${argument}`);
      }
      expect(line).toContain('--remote-debugging-pipe');
      const environment = await readFile(`/proc/${id}/environ`, 'utf8');
      expect(environment).toContain('PATH=');
      expect(environment).not.toContain('OTTO_');
    },
  );

  it('keeps a lasting profile for the next time', async () => {
    const profileDir = join(folder, 'profile');
    const first = await launch({ profileDir });
    const page = await first.openPage({ url: site.url('/remember'), waitUntil: 'load', signal: patient });
    expect(await page.text({ selector: 'p', signal: patient })).toBe('visit 1');
    await first.close();

    const second = await launch({ profileDir });
    const again = await second.openPage({ url: site.url('/remember'), waitUntil: 'load', signal: patient });

    expect(await again.text({ selector: 'p', signal: patient })).toBe('visit 2');
  });

  it.skipIf(process.platform !== 'linux')(
    'that dies takes its tabs with it, and the next tab starts another',
    async () => {
      const driver = await launch();
      const tab = new WatchedTab();
      const page = await driver.openPage({ url: site.url('/plain'), waitUntil: 'load', watcher: tab, signal: patient });
      const reading = page.text({ selector: 'h1', signal: patient });
      expect(await reading).toBe('Plain page');

      const [browser] = await browsersOf(process.pid);
      process.kill(Number(browser?.id), 'SIGKILL');

      await tab.until(({ ends }) => ends.length > 0);
      expect(tab.ends).toEqual(['tab_closed']);
      await expect(page.text({ selector: 'h1', signal: patient })).rejects.toMatchObject({ code: 'tab_closed' });
      await expect.poll(() => runsOf(process.pid), { timeout: 20_000 }).toEqual([]);
      const next = await driver.openPage({ url: site.url('/plain'), waitUntil: 'load', signal: patient });
      expect(await next.text({ selector: 'h1', signal: patient })).toBe('Plain page');
    },
  );

  it('that cannot be started is named, with what it said, and leaves nothing', async () => {
    const browserPath = join(folder, 'broken-browser');
    await writeFile(browserPath, '#!/bin/sh\necho "error while loading shared libraries: libx.so" >&2\nexit 127\n', {
      mode: 0o700,
    });

    await expect(launch({ browserPath })).rejects.toMatchObject({
      code: 'browser_not_found',
      message: expect.stringMatching(/broken-browser did not start: .*libx\.so/),
    });
    expect(await runsOf(process.pid)).toEqual([]);
  });

  it('that does not exist for a system is an error that says how to get one', async () => {
    await expect(launch({ platform: 'freebsd', env: {} })).rejects.toMatchObject({
      code: 'browser_not_found',
      hint: expect.stringContaining('OTTO_BROWSER'),
    });
  });

  it('is closed again when the start is aborted', async () => {
    const abort = new AbortController();
    const starting = launch({ signal: abort.signal });
    setTimeout(() => abort.abort(), 50);

    await expect(starting).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await runsOf(process.pid)).toEqual([]);
  });
});

describe('tabs', () => {
  it('are opened many at a time, each with an id of its own', async () => {
    const driver = await launch();
    const open = () => driver.openPage({ url: site.url('/plain'), waitUntil: 'load', signal: patient });

    const pages = await Promise.all(Array.from({ length: 8 }, open));

    expect(new Set(pages.map(({ tabId }) => tabId)).size).toBe(8);
    expect(await Promise.all(pages.map((page) => page.title()))).toEqual(Array(8).fill('Plain'));
  });

  it('are opened many at a time without a warning of Node', async () => {
    const driver = await launch();
    const warnings: string[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning.name);
    process.on('warning', onWarning);

    const open = () =>
      driver.openPage({ url: site.url('/plain'), waitUntil: 'load', signal: new AbortController().signal });
    const pages = await Promise.all(Array.from({ length: 12 }, open));
    await Promise.all(pages.map((page) => page.close()));

    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('that a page opens as pop-ups are closed, those of the pop-ups too', async () => {
    const driver = await launch();
    const page = await driver.openPage({ url: site.url('/pop-ups'), waitUntil: 'load', signal: patient });

    await expect.poll(() => page.text({ selector: '#pop-up', signal: patient }), { timeout: 10_000 }).toBe('closed');
    await expect.poll(() => site.watching, { timeout: 10_000 }).toBe(0);
    expect(await page.text({ selector: 'p', signal: patient })).toBe('opened');
  });
});

/** Bundled, as the command line is: what it needs at run time must not be a file beside the sources. */
async function startHost(): Promise<ChildProcess> {
  const cache = join(TEST_HOME, 'children');
  await mkdir(cache, { recursive: true });
  const outfile = join(cache, `hold-browser-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('./children/hold-browser.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@telepat/source'],
    external: ['playwright-core', '@sparticuz/chromium', 'ws'],
  });
  const child = spawn(process.execPath, [outfile, TEST_HOME], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout ?? child, 'data');
  await rm(outfile);
  return child;
}

describe.skipIf(process.platform !== 'linux')('the browser of a host', () => {
  it('that is killed ends with it, and its profile is removed by the next one', async () => {
    const host = await startHost();
    expect(await browsersOf(host.pid)).toHaveLength(1);
    expect(await runsOf(host.pid)).toHaveLength(1);

    host.kill('SIGKILL');

    await expect.poll(() => browsersOf(host.pid), { timeout: 10_000 }).toEqual([]);
    await launch();
    expect(await runsOf(host.pid)).toEqual([]);
  });

  it('that closes its driver at a signal leaves nothing', async () => {
    const host = await startHost();
    const ended = once(host, 'exit');

    host.kill('SIGTERM');

    expect(await ended).toEqual([0, null]);
    expect(await browsersOf(host.pid)).toEqual([]);
    expect(await runsOf(host.pid)).toEqual([]);
  });
});
