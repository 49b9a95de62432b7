import { TABS_PER_OWNER_MAX } from '@telepat/otto-protocol/limits';
import type { Tab } from '@telepat/otto-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NodeWorld } from './node-world.js';
import { PageSite } from './page-site.js';
import { POPUP_PAGES } from './popup-pages.js';

const site = new PageSite(POPUP_PAGES);
let world: NodeWorld;

beforeAll(async () => {
  await site.start();
  world = await NodeWorld.start();
});

afterAll(async () => {
  await world.stop();
  await site.stop();
});

/** The pop-up that a click opened: told by its outcome, or listed later where the browser takes its time. */
async function popupOf(tab: Tab, { popups = [] }: Awaited<ReturnType<Tab['click']>>): Promise<Tab> {
  if (popups[0] !== undefined) return tab.popup(popups[0]);
  const comes = async () =>
    (await world.node.tabs.list()).find(({ openerTabSessionId }) => openerTabSessionId === tab.tabSessionId);
  await expect.poll(comes, { timeout: 40_000 }).toBeDefined();
  const listed = await comes();
  return world.node.tab(listed!.tabSessionId);
}

it('a pop-up is named by the click that opened it, used, listed with its opener, and closed', async () => {
  const tab = await world.node.tabs.open(site.url('/opener'));

  const popup = await popupOf(tab, await tab.click({ selector: '#noopener' }));

  expect(await popup.text({ selector: 'h1' })).toBe('The pop-up');
  expect(await world.node.tabs.list()).toMatchObject([
    { tabSessionId: tab.tabSessionId },
    { tabSessionId: popup.tabSessionId, openerTabSessionId: tab.tabSessionId, title: 'Pop-up' },
  ]);
  await popup.close();
  await tab.close();
  expect(await world.node.tabs.list()).toEqual([]);
});

it('a click whose pop-up shows a dialog at once ends with both, and the dialog is answered at the opener', async () => {
  const tab = await world.node.tabs.open(site.url('/opener'));
  // Whether the dialog is there before the click is done is up to the browser.
  const clicked = await tab.click({ selector: '#greeting' });
  await expect.poll(async () => (await world.node.tabs.list()).filter(({ dialog }) => dialog).length).toBe(2);

  await tab.dialog({ accept: true });

  const popup = await popupOf(tab, clicked);
  expect(await popup.text({ selector: 'p' })).toBe('greets');
  await popup.close({ force: true });
  await tab.close({ force: true });
});

it('a page that opens a thousand pop-ups ends in time, others are not held up, and all of them can be closed', async () => {
  const tab = await world.node.tabs.open(site.url('/opener'));
  // Chromium may lay tabs of one site into one process, which ends with the flood.
  const other = await world.node.tabs.open(site.url('/opener', 'localhost'));

  const flooding = tab.click({ selector: '#flood-apart' }, { timeoutMs: 60_000 });
  const flooded = expect(flooding).rejects.toMatchObject({ code: 'tab_crashed' });
  await other.click({ selector: '#none' });
  await flooded;

  expect(await other.text({ selector: '#none' })).toBe('clicked');
  await tab.close({ force: true });
  const open = await world.node.tabs.list();
  expect(open.length).toBeGreaterThan(0);
  expect(open.length).toBeLessThanOrEqual(TABS_PER_OWNER_MAX);
  for (const { tabSessionId } of open) await world.node.tab(tabSessionId).close({ force: true });
  expect(await world.node.tabs.list()).toEqual([]);
});
