import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { FakeIo } from '../apps/otto-cli/test/fake-io.js';
import { relayInProcess, type RelayInProcess } from '../apps/otto-cli/test/relay-in-process.js';
import { scriptedBrowserNode } from '../apps/otto-cli/test/scripted-browser-node.js';
import { run } from '../apps/otto-cli/src/run.js';
import { programsOf, shellLines } from '../scripts/check/shell-lines.mjs';

const PAGE: Site[string] = { title: 'Page', text: 'Words', elements: { main: '<p>Words</p>', h1: 'Page' } };

/** Every address of the page of actions is this page. */
const SITE = new Proxy<Record<string, Site[string]>>({}, { get: () => PAGE });

const NEXT = 'https://example.com/next';

const getPosts: Parameters<typeof scriptedBrowserNode>[1]['commands'][number] = {
  ...{ site: 'reddit.com', id: 'getPosts', displayName: 'Posts', description: 'Reads posts.' },
  inputFields: [{ name: 'limit', type: 'number', description: 'How many.', optional: true }],
  execute: () => ({ posts: [] }),
};

/** Lines that cannot succeed as they stand, and what relay and node say of them. */
const REFUSED: Readonly<Record<string, string>> = {
  // A page in memory never goes forward.
  'primitive.tab.forward': 'navigation_failed',
  // Only the session that has subscribed ends a subscription, and each line is a session of its own.
  'listener.unsubscribe': 'listener_not_found',
};

let relay: RelayInProcess;
let driver: Awaited<ReturnType<typeof scriptedBrowserNode>>;

beforeEach(async () => {
  relay = await relayInProcess();
  const { controller } = await otto(['setup']);
  await otto(['client', 'scopes', controller.clientId, '*']);
  driver = await scriptedBrowserNode(relay, { clientId: controller.clientId, site: SITE, commands: [getPosts] });
});

it('each command line of the page of actions is taken by the relay and done by a node', async () => {
  const lines = shellLines(readFileSync(new URL('../docs/actions.md', import.meta.url), 'utf8')).pasted;
  const came: Record<string, string> = {};

  for (const line of lines) {
    const [, , , action = '', ...rest] = programsOf(line)[0] ?? [];
    const { error } = await otto(['cmd', '--action', action, ...(await filledIn(rest, action))]);
    came[action] = error?.code ?? 'done';
  }

  const expected = Object.keys(came).map((action) => [action, REFUSED[action] ?? 'done']);
  expect(came).toEqual(Object.fromEntries(expected));
  expect(lines.length).toBeGreaterThan(30);
});

/** The words with a tab, and in it what the action works on. */
async function filledIn(words: readonly string[], action: string): Promise<string[]> {
  const text = JSON.stringify(words);
  if (!/tab_…/.test(text)) return words.map((word) => word.replace('req_…', 'req_1'));
  const payload = '{"url": "https://example.com"}';
  const tab = (await otto(['cmd', 'primitive.tab.open', '--payload', payload])).data.tabSessionId;
  const page = driver.pages.at(-1);
  if (action === 'primitive.tab.back') await page?.navigate({ url: NEXT, signal: new AbortController().signal });
  if (action === 'primitive.page.dialog') page?.openDialog({ type: 'confirm', message: 'Sure?' });
  page?.download().complete(new Uint8Array([1]));
  const download = /dl_…/.test(text) ? await downloadOf(tab) : '';
  return words.map((word) => word.replace('tab_…', tab).replace('dl_…', download));
}

async function downloadOf(tab: string): Promise<string> {
  const { data } = await otto(['cmd', 'primitive.tab.reload', '--tab-session', tab]);
  return data.downloads?.[0]?.downloadId ?? '';
}

async function otto(words: readonly string[]): Promise<Answer> {
  const io = new FakeIo({ env: relay.env });
  await run(io, [...words, '--json']);
  // What it prints is its own contract, which has tests of its own.
  return JSON.parse(io.stdout.text) as Answer;
}

type Site = Parameters<typeof scriptedBrowserNode>[1]['site'];

interface Answer {
  readonly controller: { readonly clientId: string };
  readonly data: { readonly tabSessionId: string; readonly downloads?: readonly { readonly downloadId: string }[] };
  readonly error?: { readonly code: string; readonly message: string };
}
