import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { actingTab } from './acting-tab.js';
import { FRAMED_PAGES } from './framed-pages.js';
import { launchIsolatingBrowser } from './isolating-browser.js';
import { PageSite } from './page-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

const site = new PageSite(FRAMED_PAGES);

beforeAll(() => site.start());
afterAll(() => site.stop());

describe.each([
  ['that share a process', launchTestBrowser],
  ['that each have a process of their own', launchIsolatingBrowser],
])('frames %s', (_how, launch) => {
  let driver: ChromiumDriver;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    driver = await launch();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.close()));
  });

  afterAll(() => driver.close());

  async function tabAt(path: string) {
    const tab = await actingTab(driver, site.url(path));
    opened.push(tab.page);
    return tab;
  }

  it('are searched after the page itself', async () => {
    const { click, log } = await tabAt('/shop');

    await click('#main-button');

    await expect.poll(log).toEqual(['click main-button']);
  });

  it('are searched in the order of the document, in whatever order they came', async () => {
    const { click, log, page } = await tabAt('/shop');
    await page.waitFor({ element: { selector: '#shared-early', state: 'visible' } }, { signal: patient });

    await click('.shared');

    await expect.poll(log).toEqual(['click shared-early']);
  });

  it('can be acted on, also in frames of other sites in frames of other sites, wherever they are scrolled', async () => {
    const { click, fill, act, log } = await tabAt('/shop');

    await click('#pay');
    await click('role=button[name="Pay"]');
    await fill('#card', '4242');
    await act({ kind: 'press', target: { selector: '#card' }, key: 'Enter' });
    await click('#shared-deep');

    await expect.poll(log).toEqual(['click pay', 'click pay', 'input card', 'keydown card', 'click shared-deep']);
  });

  it('are in the snapshot, and their refs can be acted on', async () => {
    const { click, log, page } = await tabAt('/shop');
    await page.waitFor({ element: { selector: '#card', state: 'visible' } }, { signal: patient });
    const { snapshot } = await page.snapshot({ maxNodes: 1_000, interestingOnly: true, signal: patient });

    const ref = /textbox "Card" \[ref=(e\d+)\]/.exec(snapshot)?.[1] ?? snapshot;
    await click(ref);

    await expect.poll(log).toEqual(['click card']);
    const shot = await page.screenshot({
      mode: 'element',
      element: { ref },
      format: 'png',
      maxBytes: 1e6,
      signal: patient,
    });
    expect(shot.width).toBeGreaterThan(50);
    expect(shot.height).toBeLessThan(60);
  });

  it('a link leads the whole page away, and it is there when the click is done', async () => {
    const { click, page } = await tabAt('/shop');

    await click('#top-link');

    expect(page.url()).toBe(site.url('/next'));
    expect(await page.title()).toBe('Next');
  });

  it('that lie under something say what', async () => {
    const { click } = await tabAt('/covered-frame');

    await expect(click('#shared-same', {}, { waitMs: 2_000 })).rejects.toMatchObject({
      code: 'element_not_actionable',
      message: 'The element is covered by div#banner.',
      effect: 'none',
    });
  });

  it('that are hidden have nothing that can be seen', async () => {
    const { click } = await tabAt('/hidden-frame');

    await expect(click('#shared-same', {}, { waitMs: 2_000 })).rejects.toMatchObject({
      code: 'element_not_actionable',
      message: 'The element is there, but hidden.',
      effect: 'none',
    });
  });
});

describe('a frame of another site whose script never ends', () => {
  it('keeps nobody from the other frames, nor from the page, and may have what is waited for to be gone', async () => {
    const driver = await launchIsolatingBrowser();
    try {
      const { click, page } = await actingTab(driver, site.url('/stuck-frame'));

      await click('#shared-same');

      expect(await page.title()).toBe('Stuck frame');
      for (const state of ['hidden', 'detached'] as const) {
        const signal = AbortSignal.timeout(1_500);
        const waiting = page.waitFor({ element: { selector: '#unknown', state } }, { signal });
        await expect(waiting).rejects.toMatchObject({ code: 'command_cancelled' });
      }
    } finally {
      await driver.close();
    }
  });
});
