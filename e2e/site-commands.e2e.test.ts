import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserAtHosts } from '../packages/node-chromium/test/browser-at-hosts.js';
import { ScrapeSites } from '../packages/node-chromium/test/scrape-sites.js';
import { OttoHome } from './otto-home.js';
import type { OttoRun } from './otto-run.js';

describe('site commands', () => {
  const sites = new ScrapeSites();
  let home: OttoHome;
  let node: OttoRun;

  beforeAll(async () => {
    await sites.start();
    home = new OttoHome();
    write('quotes.toscrape.com/broken.mjs', 'export const command = {');
    await home.json(['start']);
    await home.json(['client', 'register', '--name', 'Laptop', '--description', 'for tests']);
    await home.json(['client', 'login']);
    const browser = await browserAtHosts(home.folder, { hosts: ['*.toscrape.com'], port: sites.port });
    node = home.start(['node', 'start', '--browser', browser, '--grant', 'laptop']);
    await node.printed(/takes commands/);
  });

  afterAll(async () => {
    await home?.close();
    await sites.stop();
  });

  function write(file: string, text: string): void {
    const path = join(home.folder, 'commands', file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  }

  it('are tried in a tab at their site, which is closed again', async () => {
    const books = await home.run(['test', 'books.toscrape.com', 'listBooks', '--payload', '{"limit": 1}']);
    const search = ['test', 'quotes.toscrape.com', 'searchQuotes', '--payload', '{"tag": "sea", "pages": 3}', '--json'];

    expect(books).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(books.stdout)).toMatchObject({ books: [{ title: 'The Lamp on the Long Pier', rating: 4 }] });
    expect(await home.json(search)).toMatchObject({ code: 0, ok: true, data: { pagesRead: 3, hasMore: false } });
    const { data } = await home.json(['cmd', '--action', 'primitive.tab.query']);
    expect(data).toMatchObject({ tabs: [] });
  });

  it('that need a login say so, and what to do', async () => {
    const answer = await home.run(['test', 'quotes.toscrape.com', 'listAuthorPages']);

    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/manual_login_required[^]*next: Log in by hand/);
  });

  it('of the user that cannot be used are told where the node runs, and where they are looked for', async () => {
    await node.warned(/quotes\.toscrape\.com\/broken\.mjs: SyntaxError/);

    const listed = await home.run(['commands', 'list', '--site']);

    expect(listed.stdout).toContain('books.toscrape.com listBooks');
    expect(listed.stderr).toContain('broken.mjs cannot be used: SyntaxError');
  });

  it('of the user are there as soon as they are written, and their lines are where the node runs', async () => {
    const names = `site: 'books.toscrape.com', displayName: 'Count', description: 'Counts.'`;
    const counting = `async execute({ page, log }) { log('counting'); return page.evaluate('document.links.length'); }`;
    write(
      'books.toscrape.com/count.mjs',
      `export const command = { ${names}, id: 'count', startUrl: 'http://books.toscrape.com/', ${counting} };`,
    );

    const counted = await home.run(['test', 'books.toscrape.com', 'count']);
    write(
      'books.toscrape.com/count.mjs',
      `export const command = { ${names}, id: 'count', startUrl: 'http://books.toscrape.com/', execute: () => nothing.there };`,
    );
    const failed = await home.run(['test', 'books.toscrape.com', 'count']);

    expect(counted).toMatchObject({ code: 0, stdout: '7\n', stderr: '' });
    await node.warned(/^books\.toscrape\.com count: counting$/m);
    expect(failed.stderr).toMatch(/script_failed[^]*nothing is not defined/);
    expect(failed.stderr).not.toContain('count.mjs');
    await node.warned(/count failed: ReferenceError[^]*count\.mjs/);
  });
});
