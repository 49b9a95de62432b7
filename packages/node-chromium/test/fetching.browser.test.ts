import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Tab } from '@telepat/otto-sdk';
import { DOWNLOADING_PAGES, begin } from './downloading-pages.js';
import { NodeWorld } from './node-world.js';
import { TwoHostSite } from './two-host-site.js';

/** Answers that never end, for whoever waits until the browser lets go of them. */
const endless: ServerResponse[] = [];
const site = new TwoHostSite({
  ...DOWNLOADING_PAGES,
  '/numbered': (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('numbered'),
  '/endless': (response) => {
    begin(response);
    endless.push(response);
  },
});
let world: NodeWorld;
let tab: Tab;

beforeAll(async () => {
  await site.start();
  world = await NodeWorld.start();
});

beforeEach(async () => {
  tab = await world.node.tabs.open(site.url('/start'), { waitUntil: 'load' });
});

afterAll(async () => {
  await world.stop();
  await site.stop();
});

it('a file that a click downloads is told with its size, and its bytes are fetched', async () => {
  const outcome = await tab.click({ selector: '#link' });

  const downloads = await told(outcome, 'completed');
  expect(downloads).toEqual([
    {
      downloadId: expect.stringMatching(/^dl_.{16,}/),
      fileName: 'report.csv',
      url: site.url('/report'),
      state: 'completed',
      byteLength: 3,
      mimeType: 'text/csv',
    },
  ]);
  expect(outcome.url).toBe(site.url('/start'));
  const { bytes, ...file } = await tab.download(downloads[0]!.downloadId);
  expect(Buffer.from(bytes).toString()).toBe('a;b');
  expect(file).toMatchObject({ fileName: 'report.csv', mimeType: 'text/csv', byteLength: 3 });
  const other = await world.node.tabs.open(site.url('/other'));
  const taking = other.download(downloads[0]!.downloadId);
  await expect(taking).rejects.toMatchObject({ code: 'download_not_found' });
});

it.each(['#blank', '#noopener', '#open'])(
  'a pop-up that is nothing but a download is no tab, and keeps nobody waiting: %s',
  async (selector) => {
    const outcome = await tab.click({ selector });

    expect(await told(outcome, 'completed')).toMatchObject([{ fileName: 'report.csv' }]);
    expect(outcome.popups).toBeUndefined();
    const { tabs } = await world.node.run('primitive.tab.query', {});
    expect(tabs.filter(({ openerTabSessionId }) => openerTabSessionId === tab.tabSessionId)).toEqual([]);
  },
);

it('an address that is a download is told, and the tab stays; to read from, it is no page', async () => {
  const outcome = await tab.navigate(site.url('/report'), { waitUntil: 'load' });

  expect(await told(outcome, 'completed')).toMatchObject([{ fileName: 'report.csv' }]);
  expect(outcome.url).toBe(site.url('/start'));
  await expect(world.node.text({ url: site.url('/report') })).rejects.toMatchObject({ code: 'navigation_failed' });
});

it('a page that starts a thousand downloads delays no other tab, and twenty of them are kept at the most', async () => {
  const other = await world.node.tabs.open(site.url('/other'), { waitUntil: 'load' });
  const clicking = world.client.send('primitive.input.click', { selector: '#many' }, at(tab));

  expect(await other.text({ selector: 'h1' })).toBe('Another page');
  const clicked = await clicking;
  const known = new Set(clicked.data.downloads?.map(({ downloadId }) => downloadId));
  const warnings = new Set(clicked.warnings);
  const isQuiet = async () => {
    const outcome = await world.client.send('primitive.input.hover', { selector: '#link' }, at(tab));
    outcome.warnings?.forEach((warning) => warnings.add(warning));
    outcome.data.downloads?.forEach(({ downloadId }) => known.add(downloadId));
    return outcome.data.downloads === undefined && warnings.size > 0;
  };
  await expect.poll(isQuiet, { timeout: 50_000 }).toBe(true);

  const files = await Promise.allSettled([...known].map((downloadId) => tab.download(downloadId)));
  expect(files.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(20);
  expect([...warnings]).toContain('Older downloads of the tab gave way to newer ones: it keeps 20.');
});

it('a tab that is closed in the middle takes its download with it', async () => {
  const outcome = await tab.click({ selector: '#endless' });
  expect(await told(outcome, 'in_progress')).toMatchObject([{ fileName: 'endless.zip' }]);
  const closed = once(endless[0]!, 'close');

  await tab.close();

  await closed;
});

type Outcome = Pick<Awaited<ReturnType<Tab['click']>>, 'downloads'>;

/** What an outcome tells of downloads; on a machine that is busy, it may be the next one. */
async function told({ downloads = [] }: Outcome, state: string): Promise<NonNullable<Outcome['downloads']>> {
  if (downloads.some((download) => download.state === state)) return downloads;
  return told(await tab.hover({ selector: '#link' }), state);
}

function at({ tabSessionId }: Tab): { nodeId: string; tabSessionId: string } {
  return { nodeId: 'node_test', tabSessionId };
}
