import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { OttoClient, type Tab } from '@telepat/otto-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ExampleSite } from './example-site.js';
import { ExampleWorld } from './example-world.js';

const site = new ExampleSite();
/** The same page at another origin, which the relay was not told of. */
const stranger = new ExampleSite();
let world: ExampleWorld;
let client: OttoClient;

beforeAll(async () => {
  await Promise.all([site.open(), stranger.open()]);
  const [page, script] = await Promise.all([readFile(pageFile('index.html'), 'utf8'), bundledScript()]);
  for (const each of [site, stranger]) {
    each.add('/otto/', 'text/html', page);
    each.add('/otto/page.js', 'text/javascript', script);
  }
  world = await ExampleWorld.start(site.url(''));
  client = await OttoClient.connect({
    relayUrl: world.env['OTTO_RELAY_URL'] ?? '',
    clientId: world.env['OTTO_CLIENT_ID'],
    clientSecret: world.env['OTTO_CLIENT_SECRET'],
  });
});

afterAll(async () => {
  await client?.close();
  await world?.stop();
  site.close();
  stranger.close();
});

it('a page of a configured origin is a controller like any other, in a real browser', async () => {
  await using tab = await openPage(site);

  await submit(tab);
  await tab.waitFor({ text: 'Done.', timeoutMs: 20_000 });

  expect(await tab.text({ selector: 'pre' })).toMatch(/^# Teapots\s+Made by hand\./);
  await tab.waitFor({ selector: 'img', timeoutMs: 5_000 });
  expect((await tab.snapshot()).snapshot).toContain('img "The page"');
});

it('a page of another origin is kept out, and is told so', async () => {
  await using tab = await openPage(stranger);

  await submit(tab);
  await tab.waitFor({ text: 'relay_unreachable', timeoutMs: 20_000 });

  expect(await tab.text({ selector: 'pre' })).toBe('');
});

async function openPage(at: ExampleSite): Promise<Tab> {
  const [node] = await client.nodes.list();
  return client.node(node?.nodeId ?? '').tabs.open(at.url('/otto/'));
}

async function submit(tab: Tab): Promise<void> {
  await tab.fill({ selector: '[name=relayUrl]', value: world.env['OTTO_RELAY_URL'] ?? '' });
  await tab.fill({ selector: '[name=clientId]', value: world.env['OTTO_CLIENT_ID'] ?? '' });
  await tab.fill({ selector: '[name=clientSecret]', value: world.env['OTTO_CLIENT_SECRET'] ?? '' });
  await tab.fill({ selector: '[name=url]', value: site.url('/') });
  await tab.click({ selector: 'button' });
}

/** What a user's own bundler would make of it. */
async function bundledScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [pageFile('page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'chrome120',
    conditions: ['@telepat/source'],
  });
  return outputFiles[0]?.text ?? '';
}

function pageFile(name: string): string {
  return fileURLToPath(new URL(`../page/${name}`, import.meta.url));
}
