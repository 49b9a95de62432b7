import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { actingTab } from './acting-tab.js';
import { PageSite } from './page-site.js';
import { POPUP_PAGES } from './popup-pages.js';
import { launchWatchedBrowser, patient } from './test-browser.js';

const site = new PageSite(POPUP_PAGES);
let driver: ChromiumDriver;
let context: BrowserContext;
/** The tabs that the browser has by itself. */
let own: number;

beforeAll(async () => {
  await site.start();
  ({ driver, context } = await launchWatchedBrowser());
  await driver.begin();
  own = context.pages().length;
});

afterEach(async () => {
  for (const page of context.pages().slice(own)) await page.close();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

async function opener(path = '/opener') {
  const tab = await actingTab(driver, site.url(path));
  const popup = async (number = 0) => {
    await tab.watcher.until(({ popups }) => popups.length > number);
    return tab.watcher.popups[number]!;
  };
  return { ...tab, popup };
}

const textOf = (page: { text(options: { selector: string; signal: AbortSignal }): Promise<string> }) =>
  page.text({ selector: 'h1', signal: patient });

/** Every tab of the browser is known to somebody, or about to go. */
async function expectOpen(count: number): Promise<void> {
  await expect.poll(() => context.pages().length - own, { timeout: 20_000 }).toBe(count);
}

describe('a pop-up is told of before the input that opened it is done, and is a tab that can be used', () => {
  it.each([
    ['#open', '/popup'],
    ['#blank', '/popup?blank'],
    ['#opener', '/popup?opener'],
    ['#noreferrer', '/popup?noreferrer'],
    ['#noopener', '/popup?noopener'],
    ['#form', '/popup?'],
  ])('%s', async (selector, path) => {
    const { click, watcher, popup } = await opener();

    await click(selector);

    const { page } = await popup();
    expect(watcher.popups).toHaveLength(1);
    expect(page.url()).toBe(site.url(path));
    expect(await textOf(page)).toBe('The pop-up');
    await page.close();
    expect(watcher.popups[0]!.watcher.ends).toEqual(['tab_closed']);
  });

  it('of another site', async () => {
    const { click, popup } = await opener();

    await click('#foreign');

    expect(await textOf((await popup()).page)).toBe('The pop-up');
  });

  it('that its opener writes', async () => {
    const { click, popup } = await opener();

    await click('#written');

    const { page } = await popup();
    expect(await page.text({ selector: 'p', signal: patient })).toBe('written');
    await page.navigate({ url: site.url('/popup'), waitUntil: 'load', signal: patient });
    expect(await textOf(page)).toBe('The pop-up');
  });

  it('of a pop-up', async () => {
    const { click, watcher, popup } = await opener();
    await click('#noopener');
    const first = await popup();

    const target = { selector: '#again' };
    const input = { kind: 'click', target, button: 'left', clickCount: 1, modifiers: [] } as const;
    await first.page.act(input, { waitMs: 5_000, signal: patient });

    await first.watcher.until(({ popups }) => popups.length > 0);
    expect(first.watcher.popups.map(({ page }) => page.url())).toEqual([site.url('/popup?again')]);
    expect(watcher.popups).toHaveLength(1);
  });
});

describe('a pop-up that nobody wants', () => {
  it('is closed, and so are those that come after its opener was closed', async () => {
    const { click, watcher, page } = await opener();
    watcher.popupsMax = 0;

    await click('#open');

    await expectOpen(1);
    await page.close();
    await expectOpen(0);
    expect(watcher.popups).toEqual([]);
  });

  it('any more is closed on its way', async () => {
    const { click, watcher, text } = await opener();
    await click('#silent');

    watcher.unwanted.abort();

    await expectOpen(1);
    expect(watcher.popups).toEqual([]);
    await click('#none');
    expect(await text('#none')).toBe('clicked');
  });
});

describe('a pop-up that shows a dialog at once', () => {
  it('is there, and its dialog can be answered', async () => {
    const { click, popup } = await opener();
    await click('#greeting-apart');
    const { page, watcher } = await popup();
    await watcher.until(({ dialogs }) => dialogs.length > 0);
    expect(page.url()).toBe(site.url('/greeting'));

    await watcher.dialogs[0]!.accept();

    expect(await page.text({ selector: 'p', signal: patient })).toBe('greets');
    expect(await page.title()).toBe('Greeted');
  });

  it('and stops its opener by it makes the opener show it too', async () => {
    const { click, watcher, popup, text } = await opener();
    const clicking = click('#greeting').catch((error: unknown) => error);
    const { watcher: inPopup } = await popup();
    await watcher.until(({ dialogs }) => dialogs.length > 0);
    await inPopup.until(({ dialogs }) => dialogs.length > 0);

    await watcher.dialogs[0]!.accept();
    await clicking;

    expect(watcher).toMatchObject({ dialogsClosed: 1 });
    expect(inPopup).toMatchObject({ dialogsClosed: 1 });
    await click('#none');
    expect(await text('#none')).toBe('clicked');
  });

  it('within the script that opens it makes the opener show it as well', async () => {
    const { click, text, popup, watcher } = await opener();
    const clicking = click('#greeting-sync').catch((error: unknown) => error);
    await watcher.until(({ dialogs }) => dialogs.length > 0);

    await (await popup()).watcher.dialogs[0]!.accept();
    await clicking;

    expect(await text('#greeting-sync')).toBe('true');
  });

  it('can be closed, and so can its opener, in whatever order', async () => {
    for (const first of ['opener', 'pop-up']) {
      const { click, watcher, page, popup } = await opener();
      const clicking = click('#greeting').catch((error: unknown) => error);
      const shown = await popup();
      await watcher.until(({ dialogs }) => dialogs.length > 0);

      const pages = first === 'opener' ? [page, shown.page] : [shown.page, page];
      for (const each of pages) await each.close();
      await clicking;

      await expectOpen(0);
    }
    expect(await (await opener()).page.title()).toBe('Opener');
  });
});

describe('a pop-up', () => {
  it.each(['#brief', '#brief-later'])('that closes itself at once leaves nothing: %s', async (selector) => {
    const { click, watcher, text } = await opener();

    await click(selector);

    await expectOpen(1);
    for (const { watcher: gone } of watcher.popups) await gone.until(({ ends }) => ends.length > 0);
    await click('#none');
    expect(await text('#none')).toBe('clicked');
  });

  it('behind a dialog of its opener comes when that is answered', async () => {
    const { click, watcher, popup } = await opener();
    const clicking = click('#behind').catch((error: unknown) => error);
    await watcher.until(({ dialogs }) => dialogs.length > 0);

    await watcher.dialogs[0]!.accept();
    await clicking;

    expect(await textOf((await popup()).page)).toBe('The pop-up');
  });

  it('that is busy without end is there, can be closed, and hinders no other', async () => {
    const { click, page, popup } = await opener();

    await click('#busy');

    const busy = await popup();
    await expect(
      textOf({ text: (options) => busy.page.text({ ...options, signal: AbortSignal.timeout(500) }) }),
    ).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await page.title()).toBe('Opener');
    await busy.page.close();
    await expectOpen(1);
  });

  it('that crashes is told of, and can be loaded again and open others', async () => {
    const tab = await opener();
    await tab.click('#crashing');
    const popup = await tab.popup();

    await popup.page.navigate({ url: 'chrome://crash', waitUntil: 'none', signal: patient }).catch(() => undefined);
    await popup.watcher.until(({ ends }) => ends.includes('tab_crashed'));
    await popup.page.navigate({ url: site.url('/popup'), waitUntil: 'load', signal: patient });

    const target = { selector: '#again' };
    const input = { kind: 'click', target, button: 'left', clickCount: 1, modifiers: [] } as const;
    await popup.page.act(input, { waitMs: 5_000, signal: patient });
    await popup.watcher.until(({ popups }) => popups.length > 0);
  });

  it.each(['#downloading', '#downloading-later'])(
    'that shows something and downloads at once is a tab, and the download its own: %s',
    async (selector) => {
      const { click, popup, watcher } = await opener();

      await click(selector);

      const { page, watcher: inPopup } = await popup();
      await inPopup.until(({ downloads }) => downloads.length > 0);
      const [download] = inPopup.downloads;
      expect(await download!.ended).toMatchObject({ state: 'completed', byteLength: 3 });
      expect(watcher.downloads).toEqual([]);
      await download!.discard();
      await page.close();
      await expectOpen(1);
    },
  );
});

describe('a page that opens a thousand pop-ups', () => {
  // On a busy machine Chromium itself does not always outlive it, so that each try has a browser of its own.
  const options = { retry: 3 };

  it.each(['#flood', '#flood-apart'])(
    'is ended like one that crashed, and leaves nothing: %s',
    options,
    async (selector) => {
      const flooded = await launchWatchedBrowser();
      try {
        await flooded.driver.begin();
        const ownPages = flooded.context.pages().length;
        const { click, watcher, page } = await actingTab(flooded.driver, site.url('/opener'));
        watcher.popupsMax = 3;
        // Chromium may lay tabs of one site into one process, which ends with the flood.
        const other = await actingTab(flooded.driver, site.url('/opener', 'localhost'));

        const [flood, answer] = await Promise.allSettled([
          click(selector, {}, { waitMs: 50_000 }),
          other.click('#none'),
        ]);
        expect(flood).toMatchObject({ status: 'rejected', reason: { code: 'tab_crashed' } });
        expect(answer.status).toBe('fulfilled');

        await watcher.until(({ popups }) => popups.length === 3);
        await expect.poll(() => flooded.context.pages().length - ownPages).toBe(5);
        await page.navigate({ url: site.url('/opener'), waitUntil: 'load', signal: patient });
        await click('#none');
        expect(await other.text('#none')).toBe('clicked');
      } finally {
        await flooded.driver.close();
      }
    },
  );

  it('one from another leaves nothing', async () => {
    const { click, watcher } = await opener();
    watcher.popupsMax = 0;

    await click('#bomb');

    await expectOpen(1);
  });
});
