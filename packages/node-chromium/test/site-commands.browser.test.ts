import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteCommandTimeoutMs } from '@telepat/otto-protocol';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoClient, OttoHttpApi, type Tab } from '@telepat/otto-sdk';
import { startChromiumNode, nodeTokens, type ChromiumNode } from '../src/index.js';
import { browserAtHosts } from './browser-at-hosts.js';
import { ScrapeSites } from './scrape-sites.js';
import { TEST_HOME } from './test-browser.js';

const TEMPLATE = new URL('../site-commands/template.mjs', import.meta.url);

const nodeId = 'node_test';
const books = { nodeId, site: 'books.toscrape.com', command: 'listBooks' };
const quotes = { nodeId, site: 'quotes.toscrape.com', command: 'searchQuotes' };
const authors = { nodeId, site: 'quotes.toscrape.com', command: 'listAuthorPages' };

const sites = new ScrapeSites();
let folder = '';
let home = '';
let relay: RelayServer;
let node: ChromiumNode;
let client: OttoClient;

/** A relay, a node whose browser finds the sites here, and a controller that was let in: as in life. */
beforeAll(async () => {
  await sites.start();
  folder = await mkdtemp(join(tmpdir(), 'otto-sites-'));
  home = join(folder, 'home');
  await mkdir(join(TEST_HOME, 'browsers'), { recursive: true });
  await mkdir(home);
  await symlink(join(TEST_HOME, 'browsers'), join(home, 'browsers'), 'junction');
  const env = {
    OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters',
    OTTO_LOG_DIR: join(folder, 'relay'),
    OTTO_RELAY_PORT: '0',
  };
  relay = await createRelayServer({ config: readConfig(env, '1.0.0'), version: '1.0.0' });
  const httpUrl = `http://127.0.0.1:${relay.address.port}`;
  const bearer = (await readFile(operatorTokenPath(env.OTTO_LOG_DIR), 'utf8')).trim();
  const operator = new OttoHttpApi({ baseUrl: httpUrl, bearer });
  node = await startChromiumNode({
    nodeId,
    relayUrl: httpUrl.replace('http', 'ws'),
    relayHttpUrl: httpUrl,
    home,
    browserPath: await browserAtHosts(folder, { hosts: ['*.toscrape.com', 'example.com'], port: sites.port }),
    env: process.env,
    platform: process.platform,
    approve: (code) => operator.pairing.approve({ code }).then(() => undefined),
  });
  client = await connect({ httpUrl, operator });
});

afterAll(async () => {
  await client?.close();
  await node?.stop();
  await relay?.stop();
  await sites.stop();
  await rm(folder, { recursive: true, force: true });
});

async function connect({ httpUrl, operator }: { httpUrl: string; operator: OttoHttpApi }): Promise<OttoClient> {
  const { clientId, clientSecret } = await operator.clients.register({ name: 'Al', description: 'a test' });
  const tokens = nodeTokens({ home, nodeId, relayHttpUrl: httpUrl });
  const owner = new OttoHttpApi({ baseUrl: httpUrl, bearer: (options) => tokens.accessToken(options) });
  await owner.access.set({ clientId, grant: true });
  return OttoClient.connect({ relayUrl: httpUrl, clientId, clientSecret });
}

/** The tabs that this controller has at the node. */
async function tabs(): Promise<string[]> {
  return (await client.node(nodeId).tabs.list()).map(({ url }) => url);
}

describe('the bundled commands, in a real browser', () => {
  it('are listed with what they take', async () => {
    const commands = await client.commands.list({ nodeId });

    expect(commands.map(({ site, id }) => `${site} ${id}`)).toEqual([
      'books.toscrape.com listBooks',
      'quotes.toscrape.com searchQuotes',
      'quotes.toscrape.com listAuthorPages',
    ]);
    expect(commands[1]).toMatchObject({
      origin: 'bundled',
      startUrl: 'http://quotes.toscrape.com/',
      inputFields: [
        { name: 'tag', type: 'string' },
        { name: 'pages', type: 'number', optional: true },
      ],
      timeoutPolicy: { scaling: { inputField: 'pages' } },
    });
    await expect(client.commands.list({ nodeId, site: 'example.com' })).rejects.toMatchObject({ code: 'unknown_site' });
  });

  it('list the books of a page, in a tab that goes again', async () => {
    const { data } = await client.commands.run({ ...books, input: { limit: 2 } });

    expect(data).toEqual({
      url: 'http://books.toscrape.com/',
      books: [
        {
          title: 'The Lamp on the Long Pier',
          url: 'http://books.toscrape.com/catalogue/book_0/index.html',
          price: '£21.50',
          isInStock: true,
          rating: 4,
        },
        expect.objectContaining({ title: 'A Short History of Rope', rating: 1 }),
      ],
    });
    expect(await tabs()).toEqual([]);
    const all = await client.commands.run(books);
    expect(all.data).toMatchObject({ books: [{}, {}, { title: 'Winter Tides & Other Letters', isInStock: false }] });
  });

  it.each([
    [{ tag: 'sea' }, { pagesRead: 1, hasMore: true, quotes: ['“Salt keeps.”', '“Wind asks.”'] }],
    [
      { tag: 'sea', pages: 2 },
      { pagesRead: 2, hasMore: true, quotes: 4 },
    ],
    [
      { tag: 'sea', pages: 9 },
      { pagesRead: 3, hasMore: false, quotes: 5 },
    ],
    [{ tag: 'nothing' }, { pagesRead: 1, hasMore: false, quotes: 0 }],
  ])('search page by page: %j', async (input, { quotes: found, ...facts }) => {
    const [, descriptor] = await client.commands.list({ nodeId });
    const timeoutMs = siteCommandTimeoutMs(descriptor?.timeoutPolicy, input);

    const { data } = await client.commands.run({ ...quotes, input, timeoutMs });

    expect(data).toMatchObject(facts);
    const all = (data as { quotes: { text: string; tags: string[] }[] }).quotes;
    if (typeof found === 'number') expect(all).toHaveLength(found);
    else expect(all.map(({ text }) => text)).toEqual(found);
    for (const { tags } of all) expect(tags).toContain('sea');
  });

  it.each([
    [{}, 'missing_command_input', 'validation'],
    [{ tag: 'sea', pages: '2' }, 'invalid_command_input_type', 'validation'],
    [{ tag: 'sea', page: 2 }, 'unexpected_command_input', 'validation'],
    [{ tag: 'sea', pages: 0.5 }, 'invalid_pages', 'execution'],
    [{ limit: -1 }, 'invalid_limit', 'execution'],
    [{ limit: 1.5 }, 'invalid_limit', 'execution'],
  ])('refuse %j with %s', async (input, code, category) => {
    const command = 'limit' in input ? books : quotes;
    await expect(client.commands.run({ ...command, input })).rejects.toMatchObject({ code, category });
    expect(await tabs()).toEqual([]);
  });

  it('that are for those who are logged in say so, until somebody is', async () => {
    await expect(client.commands.run(authors)).rejects.toMatchObject({
      code: 'manual_login_required',
      effect: 'none',
      actionableHint: expect.stringContaining('by hand'),
    });
    const withoutLogin = await client.commands.run({ ...authors, authMode: 'skip' });
    expect(withoutLogin.data).toEqual({ authors: [] });

    await using tab = await client.node(nodeId).tabs.open('http://quotes.toscrape.com/login');
    await tab.fill({ selector: '#username', value: 'reader' });
    await tab.fill({ selector: '#password', value: 'by hand' });
    await tab.click({ selector: '[type=submit]' });
    await tab.waitFor({ selector: 'a[href="/logout"]' });

    for (const authMode of ['auto', 'strict_fail'] as const) {
      const { data } = await client.commands.run({ ...authors, authMode });
      expect(data).toEqual({
        authors: [
          { name: 'Ada Pell', url: 'http://goodreads.com/author/show/1.Ada-Pell' },
          { name: 'Jon Ferris', url: 'http://goodreads.com/author/show/1.Jon-Ferris' },
        ],
      });
    }
    await tab.navigate('http://quotes.toscrape.com/logout');
    await expect(client.commands.test(authors)).rejects.toMatchObject({ code: 'manual_login_required' });
  });
});

describe('a command in a tab of its controller', () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await client.node(nodeId).tabs.open('http://books.toscrape.com/');
  });

  it('runs there, and leaves it', async () => {
    const { data } = await client.commands.run({ ...books, tabSessionId: tab.tabSessionId });

    expect(data).toMatchObject({ url: 'http://books.toscrape.com/' });
    expect(await tabs()).toEqual(['http://books.toscrape.com/']);
  });

  it('of another site is refused', async () => {
    const running = client.commands.run({ ...quotes, input: { tag: 'sea' }, tabSessionId: tab.tabSessionId });

    await expect(running).rejects.toMatchObject({ code: 'site_mismatch', effect: 'none' });
  });

  it('that has not arrived anywhere is refused, and may be tried again', async () => {
    await using blank = await client.node(nodeId).tabs.open('about:blank');
    const running = client.commands.run({ ...books, tabSessionId: blank.tabSessionId });

    await expect(running).rejects.toMatchObject({ code: 'tab_url_not_ready', retryable: true });
  });

  it('that its user wrote is there with the next command, acts on the page, and is stopped with its tab', async () => {
    const own = join(home, 'commands', 'quotes.toscrape.com');
    await mkdir(own, { recursive: true, mode: 0o700 });
    await writeFile(
      join(own, 'wait.mjs'),
      `export const command = {
        site: 'quotes.toscrape.com', id: 'wait', displayName: 'Wait', description: 'Waits.',
        startUrl: 'http://quotes.toscrape.com/login',
        inputFields: [{ name: 'for', type: 'string', description: 'A text.' }],
        timeoutPolicy: { defaultMs: 60_000 },
        async execute({ input, page }) {
          await page.fill('#username', input.for);
          await page.press('Tab');
          const typed = await page.evaluate((selector) => document.querySelector(selector).value, '#username');
          const outline = await page.snapshot();
          await page.waitFor({ text: input.for, timeoutMs: 500 }).catch(() => {});
          if (input.for === 'ever') await page.waitFor({ text: 'never there', timeoutMs: 60_000 });
          return { typed, hasButton: outline.includes('Login') };
        },
      };`,
      { mode: 0o600 },
    );
    const wait = { nodeId, site: 'quotes.toscrape.com', command: 'wait' };

    const { data } = await client.commands.run({ ...wait, input: { for: 'a while' } });
    expect(data).toEqual({ typed: 'a while', hasButton: true });

    const abort = new AbortController();
    const running = client.commands.run({ ...wait, input: { for: 'ever' }, signal: abort.signal, timeoutMs: 60_000 });
    running.catch(() => undefined);
    const asked = sites.asked.length;
    await expect.poll(() => sites.asked.slice(asked - 1), { timeout: 20_000 }).toContain('quotes.toscrape.com/login');
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'command_cancelled' });
  });
});

it('a stream that a command declares is followed in its tab, and ended as a whole', async () => {
  const own = join(home, 'commands', 'quotes.toscrape.com');
  await mkdir(own, { recursive: true, mode: 0o700 });
  await writeFile(
    join(own, 'watch.mjs'),
    `export const command = {
      site: 'quotes.toscrape.com', id: 'watch', displayName: 'Watch', description: 'Watches what the page loads.',
      execute: () => null,
      test: ({ tabSessionId }) => ({
        stream: {
          listeners: [{ listener: 'network.http_intercept', options: { tabSessionId, site: 'quotes.toscrape.com' } }],
        },
      }),
    };`,
    { mode: 0o600 },
  );
  await using tab = await client.node(nodeId).tabs.open('http://quotes.toscrape.com/');
  const { tabSessionId } = tab;

  const stream = await client.commands.follow({ ...quotes, command: 'watch', tabSessionId });
  await stream.updates?.ready;
  await tab.navigate('http://quotes.toscrape.com/tag/sea/');
  const heard = await stream.updates?.next();
  await stream.cancel();

  expect(heard?.value).toMatchObject({
    listener: 'network.http_intercept',
    data: { url: 'http://quotes.toscrape.com/tag/sea/', status: 200, body: expect.stringContaining('Salt keeps.') },
  });
  expect(await tab.text({ selector: 'h1' })).toBe('Quotes to Scrape');
});

describe('the template', () => {
  it('is a command as it stands', async () => {
    const own = join(home, 'commands', 'example.com');
    await mkdir(own, { recursive: true, mode: 0o700 });
    // There is no certificate for the site here.
    const template = (await readFile(TEMPLATE, 'utf8')).replaceAll('https://', 'http://');
    await writeFile(join(own, 'read-headings.mjs'), template, { mode: 0o600 });
    const command = { nodeId, site: 'example.com', command: 'readHeadings' };

    const all = await client.commands.run(command);
    const some = await client.commands.run({ ...command, input: { level: 2, path: '/about' } });

    const [piers, boats] = [
      { level: 2, text: 'Piers' },
      { level: 2, text: 'Boats' },
    ];
    expect(all.data).toEqual({ url: 'http://example.com/', headings: [{ level: 1, text: 'Harbour' }, piers, boats] });
    expect(some.data).toEqual({ url: 'http://example.com/about', headings: [piers, boats] });
    const none = client.commands.run({ ...command, input: { level: 6 } });
    await expect(none).rejects.toMatchObject({ code: 'no_headings', category: 'execution' });
  });
});
