import { describe, expect, it } from 'vitest';
import { browserAt } from './browser-at.js';
import { OttoError } from '@telepat/otto-protocol';
import type { WaitUntil } from '@telepat/otto-node-runtime';
import { WatchedTab } from '@telepat/otto-node-runtime/testing';
import { TwoHostSite, html } from './two-host-site.js';
import { patient } from './test-browser.js';

const ASKS = `<p id="answers">none</p><script>
  const answers = [alert('one'), confirm('two'), prompt('three', 'default')];
  document.getElementById('answers').textContent = JSON.stringify(answers);
</script>`;

const site = new TwoHostSite({
  '/plain': html('Plain', '<h1>Plain page</h1>'),
  '/asks': html('Asks', ASKS),
  '/asks-later': html('Later', `<p>calm</p><script>onload = () => setTimeout(() => alert('later'), 0)</script>`),
  '/frames': html(
    'Frames',
    '<p>outer</p><iframe src="http://localhost:{port}/asks"></iframe><iframe src="/asks"></iframe>',
  ),
  '/asks-for-ever': html('Forever', '<p>asked</p><script>setInterval(() => alert("again"), 0)</script>'),
  '/loop': html('Loop', '<script>onload = () => setTimeout(() => { for (;;) alert("again"); }, 0)</script>'),
  '/frames-for-ever': html(
    'Frames',
    '<iframe src="http://localhost:{port}/asks-for-ever"></iframe><iframe src="/asks-for-ever"></iframe>',
  ),
  '/frame-loop': html('Frames', '<iframe src="/loop"></iframe>'),
  '/sends-on': html('Sends on', '<script>location.href = "/plain"; alert("leaving")</script>'),
});
const browser = browserAt(site);

/** A page whose loading nobody waits for: it may stand still at once. */
async function open(path: string, waitUntil: WaitUntil = 'none', tab = new WatchedTab()) {
  const page = await browser.driver.openPage({ waitUntil: 'none', signal: patient, watcher: tab });
  browser.opened.push(page);
  const go = (to: string, until: WaitUntil = 'load', signal = patient) =>
    page.navigate({ url: site.url(to), waitUntil: until, signal });
  await go(path, waitUntil);
  const read = (selector: string, signal = patient) => page.text({ selector, signal });
  const dialog = async (number: number) => {
    await tab.until(({ dialogs }) => dialogs.length >= number);
    return tab.dialogs[number - 1]!;
  };
  return { page, tab, go, read, dialog };
}

describe('a dialog', () => {
  it('is told with its words, waits, and the page gets the answer', async () => {
    const { read, dialog } = await open('/asks');

    expect(await dialog(1)).toMatchObject({ type: 'alert', message: 'one' });
    await (await dialog(1)).accept();
    expect(await dialog(2)).toMatchObject({ type: 'confirm', message: 'two' });
    await (await dialog(2)).accept();
    expect(await dialog(3)).toMatchObject({ type: 'prompt', message: 'three', defaultValue: 'default' });
    await (await dialog(3)).accept('typed');

    expect(await read('#answers')).toBe('[null,true,"typed"]');
  });

  it('can be dismissed, and a prompt that is accepted without text gives what stood there', async () => {
    const first = await open('/asks');
    for (const number of [1, 2, 3]) await (await first.dialog(number)).dismiss();
    expect(await first.read('#answers')).toBe('[null,false,null]');

    const second = await open('/asks');
    for (const number of [1, 2, 3]) await (await second.dialog(number)).accept();
    expect(await second.read('#answers')).toBe('[null,true,"default"]');
  });

  it('that is answered twice takes the first answer, and is told to be closed once', async () => {
    const { tab, dialog } = await open('/asks-later');
    const asked = await dialog(1);

    await Promise.all([asked.accept(), asked.dismiss(), asked.accept()]);

    await tab.until(({ dialogsClosed }) => dialogsClosed > 0);
    expect(tab.dialogsClosed).toBe(1);
  });

  it('of a frame, also of another site, is told as well, one after another', async () => {
    const { tab, read, dialog } = await open('/frames');

    for (const number of [1, 2, 3, 4, 5, 6]) await (await dialog(number)).accept();

    expect(tab.dialogs.map(({ message }) => message).sort()).toEqual(['one', 'one', 'three', 'three', 'two', 'two']);
    expect(await read('p')).toBe('outer');
  });

  it('leaves the title, the address and everything of other tabs within reach', async () => {
    const { page, dialog } = await open('/asks');
    await dialog(1);
    const other = await open('/plain', 'load');

    expect([page.url(), await page.title(), await page.isActive()]).toEqual([site.url('/asks'), 'Asks', false]);
    expect(await other.read('h1')).toBe('Plain page');
  });

  it('that opens while the title is asked for does not hold that up', async () => {
    const { page, tab, dialog } = await open('/asks-later', 'load');
    const titles = [page.title(), dialog(1).then(() => page.title())];

    expect(await Promise.all(titles)).toEqual(['Later', 'Later']);
    expect(tab.dialogs).toHaveLength(1);
  });

  it('that opens while a page loads ends the waiting only: the page loads on when it is answered', async () => {
    const { page, tab, read } = await open('/plain', 'load');
    const stalled = new AbortController();
    const going = page.navigate({ url: site.url('/asks'), waitUntil: 'load', signal: stalled.signal });
    await tab.until(({ dialogs }) => dialogs.length === 1);
    stalled.abort(new OttoError('dialog_open'));
    await expect(going).rejects.toMatchObject({ code: 'dialog_open' });

    for (const number of [1, 2, 3]) {
      await tab.until(({ dialogs }) => dialogs.length === number);
      await tab.dialogs[number - 1]!.accept();
    }

    expect(await read('#answers')).toBe('[null,true,"default"]');
  });

  it('comes again after a crash', async () => {
    const { page, tab, go, dialog, read } = await open('/plain', 'load');
    await page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
    await tab.until(({ ends }) => ends.length === 1);

    await go('/asks', 'none');
    for (const number of [1, 2, 3]) await (await dialog(number)).accept();

    expect(await read('#answers')).toBe('[null,true,"default"]');
    expect(tab.dialogsClosed).toBe(3);
  });

  it('of a page that leaves by itself goes with it or is answered, and the next page is there', async () => {
    const { dialog, read } = await open('/sends-on');

    await (await dialog(1)).accept();

    await expect.poll(() => read('h1').catch(() => ''), { timeout: 10_000 }).toBe('Plain page');
  });
});

describe('leaving a page that shows dialogs', () => {
  it('answers the one that is open, and the next page is there', async () => {
    const { go, read, dialog, tab } = await open('/asks');
    await dialog(1);

    expect(await go('/plain')).toEqual({ status: 200 });

    expect(await read('h1')).toBe('Plain page');
    expect(tab.dialogsClosed).toBe(1);
  });

  it.each(['/asks-for-ever', '/loop', '/frames-for-ever'])('%s gets away from it', async (path) => {
    const { go, read, dialog, tab } = await open(path);
    await (await dialog(1)).accept();

    await go('/plain');

    expect(await read('h1')).toBe('Plain page');
    const asked = tab.dialogs.length;
    await go('/plain');
    expect(tab.dialogs).toHaveLength(asked);
  });

  it('but staying in it lets the page ask again', async () => {
    const { go, dialog, page } = await open('/plain', 'load');
    await go('/plain#part');
    await expect(go('/nothing-here#')).resolves.toEqual({ status: 404 });
    await go('/asks', 'none');

    for (const number of [1, 2, 3]) await (await dialog(number)).accept();
    expect(await page.title()).toBe('Asks');
  });
});

describe('closing a tab that shows a dialog', () => {
  it.each(['/asks', '/frames', '/asks-for-ever', '/frames-for-ever', '/loop', '/frame-loop'])(
    'of %s works, and the browser with its other tabs is still there',
    async (path) => {
      const other = await open('/plain', 'load');
      const { page, tab, dialog } = await open(path);
      await dialog(1);

      await page.close();

      expect(tab.ends).toEqual(['tab_closed']);
      expect(await other.read('h1')).toBe('Plain page');
      expect(other.tab.ends).toEqual([]);
    },
  );
});
