import { describe, expect, it } from 'vitest';
import { browserAt } from './browser-at.js';
import { UNWATCHED, type PageWatcher, type WaitUntil } from '@telepat/otto-node-runtime';
import { WatchedTab } from '@telepat/otto-node-runtime/testing';
import { FixtureSite } from './fixture-site.js';
import { patient } from './test-browser.js';

const site = new FixtureSite();
const browser = browserAt(site);

async function open(
  path?: string,
  waitUntil: WaitUntil = 'load',
  signal = patient,
  watcher: PageWatcher = new WatchedTab(),
) {
  const page = await browser.driver.openPage({
    waitUntil,
    signal,
    watcher,
    ...(path === undefined ? {} : { url: site.url(path) }),
  });
  browser.opened.push(page);
  return page;
}

const after = (ms: number) => AbortSignal.timeout(ms);

describe('navigating', () => {
  it('gives the status of the page, and follows redirects of servers and scripts', async () => {
    const page = await open('/plain');
    const go = (path: string) => page.navigate({ url: site.url(path), waitUntil: 'load', signal: patient });

    expect(await go('/plain')).toEqual({ status: 200 });
    expect(await go('/not-here')).toEqual({ status: 404 });
    expect(await go('/redirect')).toEqual({ status: 200 });
    expect(page.url()).toBe(site.url('/plain'));
    expect(await go('/plain#part')).toEqual({});
    expect(page.url()).toBe(site.url('/plain#part'));

    expect(await page.navigate({ url: 'about:blank', waitUntil: 'networkidle', signal: patient })).toEqual({});
    expect(page.url()).toBe('about:blank');

    await go('/sent-on');
    await expect.poll(() => page.title()).toBe('Plain');
    expect(page.url()).toBe(site.url('/plain'));
  });

  it('opens a tab without an address as an empty page', async () => {
    const page = await open();

    expect(page.url()).toBe('about:blank');
    expect(await page.text({ selector: 'body', signal: patient })).toBe('');
    expect(await page.isActive()).toBe(true);
  });

  it('waits as far as it is told', async () => {
    const page = await open();
    const states: Record<string, string> = {};
    for (const waitUntil of ['domcontentloaded', 'load', 'networkidle'] as const) {
      await page.navigate({ url: site.url('/slow-parts'), waitUntil, signal: patient });
      const { content: html } = await page.content({ kind: 'raw_html', signal: patient });
      states[waitUntil] = html.includes('picture') ? 'parsed' : html;
    }

    expect(states).toEqual({ domcontentloaded: 'parsed', load: 'parsed', networkidle: 'parsed' });
    expect(await page.navigate({ url: site.url('/never-ending'), waitUntil: 'commit', signal: patient })).toEqual({
      status: 200,
    });
  });

  it('starts only, with none, and whoever reads then reads the new page', async () => {
    const page = await open('/slow', 'none');

    expect(page.url()).toBe('about:blank');
    expect(await page.text({ selector: 'h1', signal: patient })).toBe('Plain page');
    expect(page.url()).toBe(site.url('/slow'));
  });

  it('tells a reader why a page that was only started is not there', async () => {
    const page = await browser.driver.openPage({ url: 'http://nobody.invalid/', waitUntil: 'none', signal: patient });
    browser.opened.push(page);

    for (const selector of ['body', 'body']) {
      await expect(page.text({ selector, signal: patient })).rejects.toMatchObject({
        code: 'navigation_failed',
        message: expect.stringContaining('ERR_NAME_NOT_RESOLVED'),
      });
    }
    await page.navigate({ url: site.url('/plain'), waitUntil: 'load', signal: patient });
    expect(await page.text({ selector: 'h1', signal: patient })).toBe('Plain page');
  });

  it.each([
    ['a host that does not exist', () => 'http://nobody.invalid/', /no host has this name.*ERR_NAME_NOT_RESOLVED/],
    ['a port where nobody listens', () => 'http://127.0.0.1:65431/', /ERR_CONNECTION_REFUSED/],
    ['redirects in a circle', () => site.url('/redirect-circle'), /ERR_TOO_MANY_REDIRECTS/],
    ['an answer without a page', () => site.url('/no-content'), /ERR_ABORTED/],
    ['a download', () => site.url('/download'), /the address is a download/],
  ])('fails for %s, with the reason, and leaves no tab', async (_, url, message) => {
    const opening = browser.driver.openPage({ url: url(), waitUntil: 'load', signal: patient });

    await expect(opening).rejects.toMatchObject({
      code: 'navigation_failed',
      message: expect.stringMatching(message),
    });
  });

  it.each(['http://[::/', 'https://example.com:99999/'])('refuses %s, which is no address', async (url) => {
    const opening = browser.driver.openPage({ url, waitUntil: 'load', signal: patient });

    await expect(opening).rejects.toMatchObject({ code: 'invalid_action_input' });
  });

  it('works again after it failed', async () => {
    const page = await open('/plain');
    for (let round = 0; round < 3; round++) {
      const failing = page.navigate({ url: 'http://nobody.invalid/', waitUntil: 'load', signal: patient });
      await expect(failing).rejects.toMatchObject({ code: 'navigation_failed' });
      expect(await page.navigate({ url: site.url('/article'), waitUntil: 'load', signal: patient })).toEqual({
        status: 200,
      });
      expect(await page.title()).toBe('Article');
    }
  });
});

describe('a page that does not behave', () => {
  it('stops loading at once when the waiting is aborted, and keeps what came', async () => {
    const page = await open();
    const going = page.navigate({ url: site.url('/never-ending'), waitUntil: 'load', signal: after(300) });
    await expect(going).rejects.toMatchObject({ code: 'command_cancelled' });

    expect(await page.text({ selector: 'p', signal: after(5_000) })).toBe('the beginning');
    const silent = page.navigate({ url: site.url('/silent'), waitUntil: 'commit', signal: after(300) });
    await expect(silent).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await page.navigate({ url: site.url('/plain'), waitUntil: 'load', signal: patient })).toEqual({
      status: 200,
    });
  });

  it('and never answers costs an opening its time only, and leaves no tab', async () => {
    await expect(open('/silent', 'load', after(300))).rejects.toMatchObject({ code: 'command_cancelled' });
    await expect(open('/busy-at-once', 'load', after(1_000))).rejects.toMatchObject({ code: 'command_cancelled' });
  });

  it('whose script never ends does not block others, can be left, and can be closed', async () => {
    const busy = await open('/busy');
    await expect(busy.text({ selector: 'p', signal: after(500) })).rejects.toMatchObject({ code: 'command_cancelled' });
    await expect(
      busy.screenshot({ mode: 'viewport', format: 'png', maxBytes: 1e6, signal: after(300) }),
    ).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await busy.title()).toBe('');
    expect(busy.url()).toBe(site.url('/busy'));

    const other = await open('/plain');
    expect(await other.text({ selector: 'h1', signal: patient })).toBe('Plain page');
    await busy.navigate({ url: site.url('/article'), waitUntil: 'load', signal: patient });
    expect(await busy.title()).toBe('Article');
    await busy.navigate({ url: site.url('/busy'), waitUntil: 'load', signal: patient });
    await busy.close();
  });

  it('has its dialogs dismissed when nobody watches it', async () => {
    const page = await open('/dialogs', 'load', patient, UNWATCHED);
    expect(await page.text({ selector: '#answers', signal: patient })).toBe('[false,null]');

    const forever = await open('/dialogs-forever', 'load', patient, UNWATCHED);
    expect(await forever.text({ selector: 'p', signal: patient })).toBe('asked');
    for (const left of [page, forever]) {
      expect(await left.navigate({ url: site.url('/plain'), waitUntil: 'load', signal: patient })).toEqual({
        status: 200,
      });
      expect(await left.text({ selector: 'h1', signal: patient })).toBe('Plain page');
    }
  });

  it('and crashes is told to be gone, and everything that waits for it ends', async () => {
    const tab = new WatchedTab();
    const page = await open('/plain', 'load', patient, tab);

    const crashing = page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient });
    await expect(crashing).rejects.toMatchObject({ code: expect.stringMatching(/tab_crashed|navigation_failed/) });

    await tab.until(({ ends }) => ends.length > 0);
    expect(tab.ends).toEqual(['tab_crashed']);
    await expect(page.text({ selector: 'p', signal: patient })).rejects.toMatchObject({ code: 'tab_crashed' });
    await expect(page.title()).rejects.toMatchObject({ code: 'tab_crashed' });
    expect(await (await open('/plain')).title()).toBe('Plain');
  });

  it('can be loaded again after a crash, and crash again', async () => {
    const tab = new WatchedTab();
    const page = await open(undefined, 'load', patient, tab);
    for (let round = 1; round <= 2; round++) {
      await page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
      await tab.until(({ ends }) => ends.length === round);

      await page.navigate({ url: site.url('/script-made'), waitUntil: 'load', signal: patient });
      await expect.poll(() => page.title()).toBe('Made by script');
      expect(await page.text({ selector: '#made', signal: patient })).toBe('after load');
    }
    await page.close();

    expect(tab.ends).toEqual(['tab_crashed', 'tab_crashed', 'tab_closed']);
  });
});

describe('closing a tab', () => {
  it('ends what runs in it', async () => {
    const tab = new WatchedTab();
    const page = await open(undefined, 'load', patient, tab);
    const going = page.navigate({ url: site.url('/silent'), waitUntil: 'load', signal: patient });
    const ended = expect(going).rejects.toMatchObject({ code: 'tab_closed' });

    await page.close();

    await ended;
    expect(tab.ends).toEqual(['tab_closed']);
    await expect(page.content({ kind: 'markdown', signal: patient })).rejects.toMatchObject({ code: 'tab_closed' });
    await page.close();
  });
});
