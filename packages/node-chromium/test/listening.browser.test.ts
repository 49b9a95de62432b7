import { httpInterceptUpdate, type HttpInterceptUpdate, type ListenerOptions } from '@telepat/otto-protocol';
import type { ListenerUpdates, OttoClient, Tab } from '@telepat/otto-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NodeWorld } from './node-world.js';
import { ScriptSite } from './script-site.js';

const LISTENER = 'network.http_intercept';
const MODES = ['network', 'fetch', 'hybrid'] as const;

/** Enough that some are stopped at their answer at any moment. */
const BUSY = `
  const ask = async (id) => (await (await fetch('/api/item?id=' + id)).json()).id;
  return (await Promise.all(Array.from({ length: 200 }, (_, id) => ask(id)))).length;`;
const CALM = `return (await fetch('/api/item?id=calm')).status;`;

const site = new ScriptSite();
let world: NodeWorld;
const tabs: Tab[] = [];

beforeAll(async () => {
  await site.start();
  world = await NodeWorld.start();
});

afterEach(async () => {
  await Promise.all(tabs.splice(0).map((tab) => tab.close({ force: true }).catch(() => undefined)));
});

afterAll(async () => {
  await world?.stop();
  await site.stop();
});

async function open(): Promise<Tab> {
  const tab = await world.node.tabs.open(site.url('/'), { waitUntil: 'load' });
  tabs.push(tab);
  return tab;
}

type Wish = Partial<ListenerOptions<typeof LISTENER>>;

async function listen({ tabSessionId }: Tab, wish: Wish = {}, client: OttoClient = world.client) {
  const options = { tabSessionId, site: '127.0.0.1', urlPatterns: ['**/api/**'], ...wish };
  const updates = client.listeners.subscribe({ nodeId: world.node.nodeId, listener: LISTENER, options });
  await updates.ready;
  return updates;
}

/** Lets the page run a script, and gives what came of it. */
async function run(tab: Tab, js: string): Promise<unknown> {
  const { url, report } = site.script(js);
  await tab.navigate(url, { waitUntil: 'commit' });
  return report;
}

/** Everything that is told until this address is. */
async function untilTold(updates: ListenerUpdates<typeof LISTENER>, path: string): Promise<HttpInterceptUpdate[]> {
  const told: HttpInterceptUpdate[] = [];
  for (;;) {
    const { value, done } = await updates.next();
    if (done === true) throw new Error(`The subscription ended before ${path} was told.`);
    told.push(httpInterceptUpdate.strict().parse(value.data));
    if (value.data.url.includes(path)) return told;
  }
}

async function endOf(updates: ListenerUpdates<typeof LISTENER>) {
  for await (const { updateType, data } of updates) if (updateType === 'network.detached') return data.error;
  return 'no end was told';
}

describe.each(MODES)('a subscriber in mode %s', (mode) => {
  it('hears what it wants of a tab, each answer once, cut off and without secrets', async () => {
    const tab = await open();
    const updates = await listen(tab, {
      ...{ mode, includeHeaders: true, maxBodyBytes: 5 },
      ...{ mimeTypes: ['application/json', 'TEXT/'], requestHostAllowlist: ['127.0.0.1'] },
    });
    const js = `
      // Taken apart, because the address of the page holds this script and is told as Referer.
      const secret = 's3' + 'cret';
      document.cookie = 'mine=' + secret;
      const read = async (url, init) => (await (await fetch(url, init)).arrayBuffer()).byteLength;
      const headers = { authorization: 'Bearer ' + secret, accept: 'application/json' };
      const seen = [await read('/api/secret', { headers }), await read('/api/text'), await read('/api/bytes')];
      seen.push(await read('${site.url('/api/cross', 'localhost')}'));
      seen.push(await read('/api/item?id=1'), await read('/api/item?id=1'), await read('/api/item?id=last'));
      return seen;`;

    expect(await run(tab, js)).toEqual([13, 7, 4, 14, 8, 8, 11]);
    const told = await untilTold(updates, 'id=last');

    const paths = told.map(({ url }) => url.slice(site.url('/api/').length));
    expect(paths).toEqual(['secret', 'text', 'item?id=1', 'item?id=1', 'item?id=last']);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(5);
    expect(new Set(told.map(({ requestId }) => requestId)).size).toBe(5);
    const [secret, text] = told;
    expect(secret).toMatchObject({
      ...{
        tabSessionId: tab.tabSessionId,
        site: '127.0.0.1',
        method: 'GET',
        status: 200,
        mimeType: 'application/json',
      },
      ...{ captureSource: mode === 'network' ? 'network' : 'fetch', emittedAt: expect.any(Number) },
      ...{ body: '{"see', truncated: true, bodyBytes: 13 },
    });
    // The sixth byte would be the second half of a character.
    expect(text).toMatchObject({ body: 'täst', truncated: true, bodyBytes: 7 });
    expect(blanked(secret?.requestHeaders)).toEqual(['authorization', 'cookie']);
    expect(blanked(secret?.responseHeaders)).toEqual(['set-cookie']);
    expect(JSON.stringify(told)).not.toContain('s3cret');
    updates.close();
  });
});

function blanked(headers: Readonly<Record<string, string>> = {}): string[] {
  const names = Object.entries(headers).filter(([, value]) => value === '[redacted]');
  return names.map(([name]) => name.toLowerCase()).sort();
}

describe('several subscribers of one tab', () => {
  it('hear the same, each in its own way, and the page is free again when they have gone', async () => {
    const tab = await open();
    const other = await world.another();
    const looking = await listen(tab, { includeBody: false });
    const fetching = await listen(tab, { mode: 'fetch' }, other);
    const busy = run(tab, BUSY);
    await fetching.next();

    fetching.close();
    expect(await busy).toBe(200);
    expect(await run(tab, CALM)).toBe(200);
    const told = await untilTold(looking, 'id=calm');

    expect(told).toHaveLength(201);
    expect(told.every(({ body, error }) => body === undefined && error === undefined)).toBe(true);
    looking.close();
    expect(await run(tab, CALM)).toBe(200);
  });
});

describe('a page of which responses are stopped', () => {
  it('goes on when the controller that listens has gone', async () => {
    const tab = await open();
    const other = await world.another();
    const updates = await listen(tab, { mode: 'fetch' }, other);
    const busy = run(tab, BUSY);
    await updates.next();

    await other.close();

    expect(await busy).toBe(200);
    expect(await run(tab, CALM)).toBe(200);
  });

  it('can be left, and can be closed meanwhile', async () => {
    const tab = await open();
    const left = await listen(tab, { mode: 'hybrid' });
    run(tab, BUSY).catch(leftAlready);
    await left.next();
    expect(await run(tab, CALM)).toBe(200);
    await untilTold(left, 'id=calm');

    run(tab, BUSY).catch(leftAlready);
    await left.next();
    await tab.close({ force: true });

    expect(await endOf(left)).toBe('tab_closed');
  });
});

/** The page was left, or the tab closed, while this loaded. */
function leftAlready(): void {}
