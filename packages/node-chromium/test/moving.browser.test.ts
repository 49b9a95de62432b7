import { afterEach, describe, expect, it } from 'vitest';
import { browserAt } from './browser-at.js';
import { PageSite, html } from './page-site.js';
import { patient } from './test-browser.js';

let isDown = false;

const HTML = { 'content-type': 'text/html', 'cache-control': 'no-store' };

const site = new PageSite({
  '/first': html('First', '<h1>First</h1>'),
  '/second': html('Second', '<h1>Second</h1><script>document.title += ` ${performance.now()}`</script>'),
  '/failing': (response) => {
    if (isDown) response.destroy();
    else response.writeHead(200, HTML).end('<title>Failing</title>');
  },
  '/fickle': (response) => {
    if (isDown) response.writeHead(204).end();
    else response.writeHead(200, HTML).end('<title>Fickle</title><h1>Fickle</h1>');
  },
  '/silent': (response) => {
    if (!isDown) response.writeHead(200, HTML).end('<title>Silent</title><h1>Silent</h1>');
  },
});
const browser = browserAt(site);

afterEach(() => {
  isDown = false;
});

async function pageAt(...paths: string[]) {
  const page = await browser.driver.openPage({ waitUntil: 'load', signal: patient });
  browser.opened.push(page);
  for (const path of paths) await page.navigate({ url: site.url(path), waitUntil: 'load', signal: patient });
  const move = (to: 'back' | 'forward' | 'reload', signal = patient) => page.move({ to, signal });
  return { page, move };
}

describe('moving a tab', () => {
  it('goes back and forward, and the page can be read then', async () => {
    const { page, move } = await pageAt('/first', '/second', '/second#part');

    await move('back');
    expect(page.url()).toBe(site.url('/second'));
    await move('back');
    expect(page.url()).toBe(site.url('/first'));
    expect(await page.title()).toBe('First');
    await move('forward');
    expect(await page.text({ selector: 'h1', signal: patient })).toBe('Second');
  });

  it('loads the page again', async () => {
    const { page, move } = await pageAt('/second');
    const before = await page.title();

    await move('reload');

    expect(await page.title()).not.toBe(before);
    expect(page.url()).toBe(site.url('/second'));
  });

  it.each(['back', 'forward'] as const)('says so when there is no page to go %s to', async (to) => {
    const { page, move } = await pageAt('/first');

    await expect(move(to)).rejects.toMatchObject({
      code: 'navigation_failed',
      message: `There is no page to go ${to} to.`,
      effect: 'none',
    });
    expect(page.url()).toBe(site.url('/first'));
  });

  it.each([
    ['/failing', /the server sent nothing \(ERR_EMPTY_RESPONSE\)/],
    ['/fickle', /ERR_ABORTED/],
  ])('to a page that is no longer there fails with the reason: %s', async (path, message) => {
    const { page, move } = await pageAt(path, '/second');
    isDown = true;

    const failure = { code: 'navigation_failed', message: expect.stringMatching(message) };
    await expect(move('back')).rejects.toMatchObject(failure);

    await page.navigate({ url: site.url('/first'), waitUntil: 'load', signal: patient });
    expect(await page.title()).toBe('First');
  });

  it('to a page that never answers ends with its signal, and the tab is where it was', async () => {
    const { page, move } = await pageAt('/silent', '/second');
    isDown = true;

    await expect(move('back', AbortSignal.timeout(500))).rejects.toMatchObject({ code: 'command_cancelled' });

    expect(await page.text({ selector: 'h1', signal: AbortSignal.timeout(5_000) })).toBe('Second');
    expect(page.url()).toBe(site.url('/second'));
  });

  it('gives a crashed page its life back', async () => {
    const { page, move } = await pageAt('/first');
    await page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
    await expect(page.text({ selector: 'h1', signal: patient })).rejects.toMatchObject({ code: 'tab_crashed' });

    await move('reload');

    expect(await page.text({ selector: 'h1', signal: patient })).toBe('First');
  });

  it('brings a tab to the front, also one whose script never ends', async () => {
    const { page } = await pageAt('/first');
    const other = await pageAt('/second');
    void other.page
      .evaluate({ expression: '(() => { for (;;); })()', signal: AbortSignal.timeout(2_000) })
      .catch(() => undefined);

    await page.activate();
    await other.page.activate();

    expect(await page.title()).toBe('First');
  });
});
