import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { BrowserDownloads } from '../src/downloads/browser-downloads.js';
import { giveToUser } from '../src/downloads/give-to-user.js';
import { actingTab } from './acting-tab.js';
import { DOWNLOADING_PAGES, begin } from './downloading-pages.js';
import { launchIsolatingBrowser } from './isolating-browser.js';
import { TEST_HOME, launchWatchedBrowser, patient } from './test-browser.js';
import { TwoHostSite } from './two-host-site.js';

/** Answers that never end, for whoever waits until the browser lets go of them. */
const endless: ServerResponse[] = [];
const site = new TwoHostSite({
  ...DOWNLOADING_PAGES,
  '/endless': (response) => {
    begin(response);
    endless.push(response);
  },
});
let driver: ChromiumDriver;
let tab: Awaited<ReturnType<typeof actingTab>>;

beforeAll(async () => {
  await site.start();
  driver = await launchIsolatingBrowser();
});

beforeEach(async () => {
  tab = await actingTab(driver, site.url('/start'));
});

afterEach(async () => {
  await Promise.all(tab.watcher.downloads.map((download) => download.discard()));
  await tab.page.close();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

/** The download that the tab was told of, in the end. */
async function ended(number = 1) {
  await tab.watcher.until(({ downloads }) => downloads.length >= number);
  const download = tab.watcher.downloads[number - 1]!;
  return { download, end: await download.ended };
}

/** Folders into which browsers of this process download. */
async function folders(): Promise<string[]> {
  const runs = join(TEST_HOME, 'runs');
  const names = await readdir(runs);
  return names.filter((name) => name.includes(`_${process.pid}_`)).map((name) => join(runs, name, 'downloads'));
}

const files = async () => (await Promise.all((await folders()).map((folder) => readdir(folder)))).flat();

describe('a download', () => {
  it.each([
    ['#link', 'report.csv', 'text/csv', 'a;b'],
    ['#nameless', 'nameless.pdf', 'application/pdf', '%PDF'],
    ['#attribute', 'a.json', 'application/json', 'plain'],
    ['#blob', 'b.md', 'text/markdown', '# B'],
    ['#data', 'd.svg', 'image/svg+xml', '<svg/>'],
    ['#script', 'report.csv', 'text/csv', 'a;b'],
    ['#blank', 'report.csv', 'text/csv', 'a;b'],
    ['#noopener', 'report.csv', 'text/csv', 'a;b'],
    ['#open', 'report.csv', 'text/csv', 'a;b'],
  ])('that %s starts is told to its tab, with its file: %s', async (selector, fileName, mimeType, text) => {
    await tab.click(selector);

    const { download, end } = await ended();

    expect(end).toEqual({ state: 'completed', byteLength: text.length, mimeType });
    expect(download.fileName).toBe(fileName);
    expect(Buffer.from(await download.bytes()).toString()).toBe(text);
    expect(tab.page.url()).toBe(site.url('/start'));
  });

  it.each(['#near', '#far'])('in the frame %s is told to its tab', async (frame) => {
    const { snapshot } = await tab.page.snapshot({ maxNodes: 1_000, interestingOnly: true, signal: patient });
    const refs = [...snapshot.matchAll(/"in a frame" \[ref=(e\d+)\]/g)].map(([, ref]) => ref!);

    await tab.click(refs[frame === '#near' ? 0 : 1]!);

    const { download, end } = await ended();
    expect(end).toMatchObject({ state: 'completed', byteLength: 3 });
    expect(new URL(download.url).hostname).toBe(frame === '#near' ? '127.0.0.1' : 'localhost');
  });

  it.each(['#path', '#long', '#controls', '#empty'])('with a bad name (%s) stays in its folder', async (selector) => {
    await tab.click(selector);

    const { download, end } = await ended();

    expect(end).toMatchObject({ state: 'completed', byteLength: 5 });
    expect(Buffer.from(await download.bytes()).toString()).toBe('plain');
    expect(download.fileName).not.toMatch(/[/\\]/);
  });

  it('is told to its tab only once', async () => {
    await tab.click('#link');
    await ended();
    await tab.click('#link');
    await ended(2);

    expect(tab.watcher.downloads).toHaveLength(2);
  });

  it('of one tab is not told to another', async () => {
    const other = await actingTab(driver, site.url('/start'));

    await Promise.all([tab.click('#link'), other.click('#link')]);
    await other.watcher.until(({ downloads }) => downloads.length > 0);
    await ended();

    expect([tab.watcher.downloads.length, other.watcher.downloads.length]).toEqual([1, 1]);
    await other.watcher.downloads[0]!.discard();
    await other.page.close();
  });

  it('leaves no file when it was discarded', async () => {
    await tab.click('#link');
    const { download } = await ended();
    expect(await files()).toHaveLength(1);

    await download.discard();

    expect(await files()).toEqual([]);
    await expect(download.bytes()).rejects.toMatchObject({ code: 'download_failed' });
  });
});

describe('an address that is a download', () => {
  it('is one also for who loads it, and the tab stays where it is and goes on', async () => {
    await tab.page.navigate({ url: site.url('/report'), waitUntil: 'load', signal: patient });

    await tab.watcher.until(({ downloads }) => downloads.length > 0);
    expect(tab.page.url()).toBe(site.url('/start'));
    await tab.page.navigate({ url: site.url('/other'), waitUntil: 'load', signal: patient });
    expect(await tab.text('h1')).toBe('Another page');
    expect((await ended()).end).toMatchObject({ state: 'completed' });
  });
});

describe('a download that does not come to its end', () => {
  it('because the connection breaks off has failed, and says so', async () => {
    await tab.click('#broken');

    expect((await ended()).end).toMatchObject({ state: 'failed', reason: expect.stringContaining('broke off') });
  });

  it('because it is too large is not loaded at all', async () => {
    await tab.click('#large');

    expect((await ended()).end).toEqual({ state: 'failed', reason: 'It is larger than 100 MiB.' });
  });

  it('because it is discarded lets go of its connection, and leaves no file', async () => {
    await tab.click('#endless');
    await tab.watcher.until(({ downloads }) => downloads.length > 0);
    expect(tab.watcher.downloads[0]!.state()).toEqual({ state: 'in_progress' });
    const [response] = endless.splice(0);
    const closed = once(response!, 'close');

    await tab.watcher.downloads[0]!.discard();

    await closed;
    expect((await ended()).end).toMatchObject({ state: 'failed' });
    await expect.poll(files, { timeout: 10_000 }).toEqual([]);
  });

  it('because its folder cannot be written has failed, and the next one is there', async () => {
    const [folder] = await folders();
    await rm(folder!, { recursive: true });
    await writeFile(folder!, 'in the way');

    await tab.click('#link');
    expect((await ended()).end).toMatchObject({ state: 'failed' });

    await rm(folder!);
    await mkdir(folder!);
    await tab.click('#link');
    expect((await ended(2)).end).toMatchObject({ state: 'completed' });
  });
});

describe('a tab that a user opened', () => {
  it('has its downloads put where the user looks for them, under their own names, and no other has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'otto-downloads-'));
    const { driver: other, context } = await launchWatchedBrowser();
    const session = await context.browser()!.newBrowserCDPSession();
    const theirs = join(folder, 'Downloads');
    let give = (): void => {};
    const given = new Promise<void>((resolve) => (give = resolve));
    const downloads = new BrowserDownloads({
      session,
      context,
      folder: join(folder, 'ours'),
      giveToUser: (download) => giveToUser(download, theirs).then(give),
    });
    await downloads.begin();
    await mkdir(theirs);
    await writeFile(join(theirs, 'report.csv'), 'was there');
    // Such as a pop-up of ours that nobody wanted, whose opener is gone: nobody said that it is the user's.
    const stranger = await context.newPage();
    const page = await context.newPage();
    downloads.leaveToUser(page);
    for (const each of [stranger, page]) await each.goto(site.url('/start'));

    await Promise.all([stranger.waitForEvent('download'), stranger.click('#link')]);
    await page.click('#link');
    await given;

    expect((await readdir(theirs)).sort()).toEqual(['report (1).csv', 'report.csv']);
    expect(await readFile(join(theirs, 'report.csv'), 'utf8')).toBe('was there');
    expect(await readFile(join(theirs, 'report (1).csv'), 'utf8')).toBe('a;b');
    await other.close();
    await rm(folder, { recursive: true });
  });
});
