import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OttoClient } from '@telepat/otto-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, runExample } from '../src/run-example.js';
import { ExampleSite } from './example-site.js';
import { ExampleWorld } from './example-world.js';

const site = new ExampleSite();
const tried = new Set<string>();
let world: ExampleWorld;

beforeAll(async () => {
  await site.open();
  world = await ExampleWorld.start(site.url(''));
});

afterAll(async () => {
  await world?.stop();
  site.close();
});

it('read-page prints a page as Markdown', async () => {
  const lines = await run('read-page', site.url('/'));

  expect(lines[0]).toMatch(/^Teapots: \d+ characters$/);
  expect(lines[1]).toMatch(/^# Teapots\n\nMade by hand\.\n\n\| Pot \| Price \|\n\| --- \| --- \|\n\| Red \| 12 \|/);
});

it('several-tabs reads several pages at once', async () => {
  expect(await run('several-tabs', site.url('/'), site.url('/red'))).toEqual([
    expect.stringMatching(/^Teapots \(\d+ × \d+\)$/),
    expect.stringMatching(/^The red one \(\d+ × \d+\)$/),
  ]);
});

it('fill-form fills a form by the refs of a snapshot', async () => {
  expect((await run('fill-form', site.url('/order'))).at(-1)).toBe('Thank you, Ada: Large, as a gift');
});

it('lock-tab keeps others out of a tab', async () => {
  expect(await run('lock-tab', site.url('/red'))).toEqual([
    'mine: The red one',
    'the other: tab_locked',
    'the other, afterwards: The red one',
  ]);
});

it('intercept-network hears what a page loads', async () => {
  expect(await run('intercept-network', site.url('/stock'), '**/api/*')).toEqual([
    `GET ${site.url('/api/stock')} 200: {"inStock":3}`,
  ]);
});

it('follow-log sees a command on its way', async () => {
  const lines = await run('follow-log', site.url('/red'));

  expect(lines[0]).toMatch(/^command_routed primitive\.dom\.extract_text/);
  expect(lines.at(-1)).toMatch(/^result primitive\.dom\.extract_text/);
});

it('open-once opens one tab, however often it is sent', async () => {
  expect(await run('open-once', site.url('/red'))).toEqual(['the same tab: true', 'tabs: 1']);
});

it('cancel-command gives up a page that does not come', async () => {
  expect(await run('cancel-command', site.url('/red'), site.url('/slow'))).toEqual([
    'the command is routed',
    expect.stringMatching(/^command_cancelled, effect: (unknown|none)$/),
    'still here: The red one',
  ]);
});

it('run-site-command runs what somebody wrote for a site', async () => {
  await mkdir(join(world.commandsFolder, 'localhost'), { recursive: true });
  await writeFile(
    join(world.commandsFolder, 'localhost', 'prices.mjs'),
    `export const command = {
      site: 'localhost',
      id: 'price',
      displayName: 'Price',
      description: 'Tells the price of a pot.',
      startUrl: '${site.url('/')}',
      inputFields: [{ name: 'pot', type: 'string', description: 'Its name.' }],
      timeoutPolicy: { defaultMs: 20000 },
      execute: async ({ input, page }) => ({ pot: input.pot, price: await page.text('tbody td:nth-child(2)') }),
    };`,
  );

  expect(await run('run-site-command', 'localhost', 'price', '{"pot": "Red"}')).toEqual([
    'price: Tells the price of a pot.',
    '{"pot":"Red","price":"12"}',
  ]);
});

it('register-client gives what the others log in with', async () => {
  const given = await run('register-client', 'Bo');

  const [clientId, clientSecret] = given.map((line) => line.split('=')[1]);
  expect(given).toEqual([`OTTO_CLIENT_ID=${clientId}`, `OTTO_CLIENT_SECRET=${clientSecret}`]);
  const relayUrl = world.env['OTTO_RELAY_URL'] ?? '';
  await using client = await OttoClient.connect({ relayUrl, clientId, clientSecret });
  expect(await client.nodes.list()).toEqual([]);
});

it('pair-and-grant does all that comes before the first command', async () => {
  expect(await run('pair-and-grant', 'node_new')).toEqual([
    expect.stringMatching(/^The node shows \d{3}-\d{3}\.$/),
    'The node is approved.',
    expect.stringMatching(/^clt_\w+ may command it: true\. It logs in with a secret of \d+ characters\.$/),
  ]);
});

it('each example is tried here, and is named in the README', async () => {
  const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

  expect([...tried].toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
  for (const name of tried) expect(readme).toContain(`| [${name}](src/${name}.ts) |`);
});

it('what went wrong is said with its code', async () => {
  const lines: string[] = [];
  const env = { ...world.env, OTTO_NODE_ID: 'node_of_nobody' };

  const exitCode = await runExample('read-page', [site.url('/')], { env, print: (line) => lines.push(line) });

  expect(exitCode).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/^acl_missing_node_grant: /)]);
});

/** What an example prints. */
async function run(name: string, ...words: string[]): Promise<string[]> {
  tried.add(name);
  const lines: string[] = [];
  const exitCode = await runExample(name, words, { env: world.env, print: (line) => lines.push(line) });
  expect(lines.join('\n')).not.toMatch(/^[a-z]+(_[a-z]+)+: /);
  expect(exitCode).toBe(0);
  return lines;
}
