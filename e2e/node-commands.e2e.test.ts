import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LittleSite } from './little-site.js';
import { OttoHome, homeForTest } from './otto-home.js';

describe('commands to a node', () => {
  const site = new LittleSite();
  let home: OttoHome;
  let port = '';

  beforeAll(async () => {
    home = new OttoHome();
    await site.open();
    port = String((await home.json(['start']))['port']);
    await home.json(['client', 'register', '--name', 'Laptop', '--description', 'for tests']);
    await home.json(['client', 'login']);
    await home.start(['node', 'start']).printed(/takes commands/);
    await home.json(['access', 'grant', 'laptop']);
  });

  afterAll(async () => {
    await home?.close();
    site.close();
  });

  it('are refused without a grant, served with one, and refused when it is taken back', async () => {
    const read = () => home.json(['extract-content', site.url('/')]);

    expect(await home.json(['access', 'revoke', 'laptop'])).toMatchObject({ code: 0, granted: false });
    const refused = await read();
    expect(refused).toMatchObject({
      code: 1,
      error: { code: 'acl_missing_node_grant', effect: 'none', hint: expect.stringContaining('otto access grant') },
    });
    const { clientId } = await home.json(['client', 'status']);
    expect(await home.json(['access', 'grant', String(clientId)])).toMatchObject({ code: 0, granted: true });
    expect(await home.json(['access', 'list'])).toMatchObject({
      clients: [{ clientId, name: 'Laptop', granted: true }],
    });
    expect(await read()).toMatchObject({ code: 0, ok: true });
    expect(await home.json(['access', 'grant', 'nobody'])).toMatchObject({
      code: 1,
      error: { code: 'client_not_found' },
    });
  });

  it('print what a script has made of a page, in each format', async () => {
    const markdown = await home.run(['extract-content', site.url('/')]);
    const text = await home.run(['extract-content', site.url('/'), '--format', 'text', '--selector', '#list']);
    const html = await home.run(['extract-content', site.url('/'), '--format', 'raw_html']);
    const clean = await home.run(['extract-content', site.url('/'), '--format', 'clean_html']);

    const article = await home.run(['extract-content', site.url('/'), '--format', 'distilled_html']);

    expect(markdown).toMatchObject({ code: 0, stderr: '' });
    expect(markdown.stdout).toMatch(/^# Harbour\n[^]*north pier[^]*south pier/);
    expect(text.stdout).toBe('north pier\nsouth pier\n');
    expect(html.stdout).toContain('<script>');
    expect(clean.stdout).toContain('<li>north pier</li>');
    expect(clean.stdout).not.toContain('<script>');
    expect(article).toMatchObject({ code: 0, stdout: expect.stringContaining('north pier') });
    expect(article.stderr).toContain('this page is no article');
  });

  it('act on what a snapshot has shown, by its ref', async () => {
    const opened = await home.json(['cmd', 'primitive.tab.open', '--payload', `{"url": "${site.url('/form')}"}`]);
    const inTab = ['--tab-session', (opened['data'] as { tabSessionId: string }).tabSessionId];

    const outline = await home.run(['snapshot', ...inTab]);
    const ref = /button "Cast off" \[ref=(e\d+)\]/.exec(outline.stdout)?.[1] ?? '';
    const clicked = await home.json(['cmd', 'primitive.input.click', ...inTab, '--payload', JSON.stringify({ ref })]);
    const text = await home.run(['extract-content', ...inTab, '--format', 'text']);
    const background = await home.run(['snapshot', site.url('/form'), '--max-nodes', '1']);
    await home.json(['cmd', 'primitive.tab.close', ...inTab]);

    expect(outline).toMatchObject({ code: 0, stderr: '' });
    expect(clicked).toMatchObject({ code: 0, ok: true });
    expect(text.stdout).toBe('At sea\n');
    expect(background.stderr).toContain('--max-nodes takes more');
  });

  it('put a picture of a page into a file', async () => {
    const taken = await home.json(['screenshot', site.url('/'), '-o', 'page.png']);
    const jpeg = await home.run(['screenshot', site.url('/'), '-o', 'page.jpg', '--full-page']);

    const file = join(home.folder, 'page.png');
    expect(taken).toMatchObject({ code: 0, file, data: { mimeType: 'image/png' }, requestId: expect.any(String) });
    expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
    expect(jpeg.stdout).toContain('page.jpg');
    expect(readFileSync(join(home.folder, 'page.jpg')).subarray(0, 2).toString('hex')).toBe('ffd8');
  });

  it('find the tabs of the call before, unless they were let go', async () => {
    const open = ['cmd', '--action', 'primitive.tab.open', '--payload', JSON.stringify({ url: site.url('/') })];
    const tabs = async (...options: string[]) => {
      const { data } = await home.json(['cmd', '--action', 'primitive.tab.query', ...options]);
      return (data as { tabs: { tabSessionId: string }[] }).tabs.map(({ tabSessionId }) => tabSessionId);
    };

    const opened = await home.json(open);
    const tab = (opened['data'] as { tabSessionId: string }).tabSessionId;

    expect(await tabs()).toEqual([tab]);
    const text = await home.run(['extract-content', '--tab-session', tab, '--format', 'text', '--selector', 'h1']);
    expect(text.stdout).toBe('Harbour\n');
    await tabs('--keep-tabs', '0');
    await expect.poll(() => tabs(), { timeout: 10_000 }).toEqual([]);
  });

  it('follow what a tab loads until they are told to end, whoever reads what they print', async () => {
    const opened = await home.json(['cmd', 'primitive.tab.open', '--payload', JSON.stringify({ url: site.url('/') })]);
    const inTab = ['--tab-session', (opened['data'] as { tabSessionId: string }).tabSessionId];
    const payload = JSON.stringify({ url: site.url('/long'), waitUntil: 'load' });
    const load = () => home.json(['cmd', 'primitive.tab.navigate', ...inTab, '--payload', payload]);
    const subscribe = ['listener', 'subscribe-network', ...inTab, '--site', '127.0.0.1', '--json'];
    const [read, unread, left] = [
      home.start(subscribe),
      home.start(subscribe, {}, { reads: false }),
      home.start(subscribe),
    ];
    const [, id = ''] = await read.warned(/(sub_\w+) listens/);
    for (const run of [unread, left]) await run.warned(/listens/);
    left.leave();

    await load();

    expect(JSON.parse((await read.printed(/^.*\/long.*\n/))[0])).toMatchObject({
      data: { status: 200, bodyBytes: 250_026 },
    });
    expect((await left.ended).code).toBe(141);
    unread.signal('SIGINT');
    expect((await unread.ended).code).toBe(130);
    expect(await home.json(['listener', 'unsubscribe', id])).toMatchObject({ code: 0, ended: [id] });
    expect((await read.ended).code).toBe(0);
    expect(await home.json(['listener', 'list'])).toMatchObject({ code: 0, subscriptions: [] });
    await home.json(['cmd', 'primitive.tab.close', ...inTab]);
  });

  it('are cancelled at the node by Ctrl+C', async () => {
    const reading = home.start(['extract-content', site.url('/never')]);
    await expect.poll(() => site.asked, { timeout: 20_000 }).toContain('/never');

    reading.signal('SIGINT');

    expect(await reading.ended).toMatchObject({ code: 130, stdout: '' });
    const status = () => home.json(['status']);
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({ nodes: [{ inFlight: 0, queued: 0 }] });
  });

  it('are explained from the log: who asked, behind whom they waited, and how they ended', async () => {
    const opened = await home.json([
      'cmd',
      '--action',
      'primitive.tab.open',
      '--payload',
      JSON.stringify({ url: site.url('/') }),
    ]);
    const tab = (opened['data'] as { tabSessionId: string }).tabSessionId;
    const payload = JSON.stringify({ url: site.url('/never') });
    const slow = ['cmd', '--action', 'primitive.tab.navigate', '--tab-session', tab, '--payload', payload];
    const asked = site.asked.length;
    const navigating = home.json([...slow, '--timeout', '12000']);
    await expect.poll(() => site.asked.slice(asked), { timeout: 20_000 }).toContain('/never');
    const waited = await home.json(['extract-content', '--tab-session', tab, '--format', 'text']);
    const navigated = await navigating;

    const life = await home.json(['explain', String(waited['requestId'])]);

    const requestId = (navigated['error'] as { requestId: string }).requestId;
    expect(life).toMatchObject({ code: 0, outcome: 'completed', behind: [{ requestId }], tabSessionId: tab });
    const { stdout } = await home.run(['explain', String(waited['requestId'])]);
    expect(stdout).toMatch(
      /It waited as number 1 in the queue of its tab for [^]*behind primitive\.tab\.navigate of clt_/,
    );
    expect(stdout).toMatch(/The node had it\.[^]*The node answered: completed/);
    expect((await home.run(['explain', requestId])).stdout).toMatch(
      /command_timed_out[^]*look at the page before you send it again/,
    );
  });

  it('log in anew when the access token has run out, and keep the new one', async () => {
    const file = join(home.folder, 'config.json');
    const before = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...before, accessToken: 'run.out.token' }));

    expect(await home.json(['cmd', '--action', 'primitive.tab.query'])).toMatchObject({ code: 0, ok: true });

    const after = JSON.parse(readFileSync(file, 'utf8'));
    expect(after.accessToken).not.toBe('run.out.token');
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(after).toMatchObject({ clientId: before.clientId, nodeId: before.nodeId });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await home.json(['client', 'status'])).toMatchObject({ loggedIn: true, clientId: before.clientId });
  });

  it.each([
    [['cmd'], '--action'],
    [['cmd', '--action', 'a.b', '--payload', '{'], '--payload'],
    [['cmd', '--action', 'a.b', '--timeout', '5'], '--timeout'],
    [['extract-content'], 'Nothing to read'],
    [['extract-content', 'https://example.com', '--format', 'pdf'], '--format'],
    [['screenshot', 'file:///etc/passwd'], '<url>'],
  ])('are not sent when they are wrong: %j', async (words, message) => {
    const answer = await home.json(words);

    expect(answer).toMatchObject({
      code: 2,
      error: { code: 'invalid_usage', message: expect.stringContaining(message) },
    });
  });

  it('fail with the words of the relay or the node', async () => {
    const expression = '{ "expression": "document.cookie", "url": "http://localhost/" }';
    const unknown = await home.json(['cmd', '--action', 'primitive.tab.query', '--node-id', 'node_nobody']);
    const refused = await home.json(['cmd', '--action', 'primitive.page.evaluate', '--payload', expression]);
    const noTab = await home.json(['extract-content', '--tab-session', 'tab_nobody']);

    expect(unknown).toMatchObject({ code: 1, error: { code: 'acl_missing_node_grant' } });
    expect(refused).toMatchObject({ code: 1, error: { code: 'forbidden_action', category: 'auth' } });
    expect(noTab).toMatchObject({ code: 1, error: { code: 'unknown_tab_session', requestId: expect.any(String) } });
  });

  it('work again after kill -9 of the relay: pairing, login and grant are on disk', async () => {
    const { pid } = await home.json(['status']);
    process.kill(Number(pid), 'SIGKILL');

    expect(await home.json(['start', '--port', port])).toMatchObject({ code: 0, outcome: 'started' });

    const nodes = async () => (await home.json(['status']))['nodes'];
    await expect.poll(nodes, { timeout: 30_000 }).toHaveLength(1);
    expect((await home.run(['extract-content', site.url('/')])).stdout).toContain('north pier');
  });
});

describe('a node', () => {
  it('shows a code where it cannot approve itself, and takes commands once it is approved', async () => {
    const relay = homeForTest();
    const { port } = await relay.json(['start']);
    const elsewhere = homeForTest();
    writeFileSync(join(elsewhere.folder, 'config.json'), JSON.stringify({ relayUrl: `ws://127.0.0.1:${port}` }));

    const node = elsewhere.start(['node', 'start', '--json']);
    const [, code = ''] = await node.printed(/"event":"pairing_code","code":"(\d{3}-\d{3})"/);
    const { pending } = await relay.json(['authcode']);
    expect(pending).toMatchObject([{ code, status: 'pending' }]);
    expect(await relay.json(['pair', '000-000'])).toMatchObject({ code: 1, error: { code: 'pairing_not_found' } });
    expect(await relay.json(['pair', code.replace('-', '')])).toMatchObject({ code: 0, status: 'approved' });
    await node.printed(/"event":"ready"/);

    node.signal('SIGTERM');
    expect(await node.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"event":"stopped"') });
    expect(await relay.json(['status'])).toMatchObject({ nodes: [] });

    const again = elsewhere.start(['node', 'start', '--json']);
    await again.printed(/"event":"ready"/);
    expect(again.stdout).not.toContain('pairing_code');
  });

  it('grants a controller when it is told to at its start', async () => {
    const home = homeForTest();
    await home.json(['start']);
    const { clientId } = await home.json(['client', 'register', '--name', 'ci']);
    await home.json(['client', 'login']);

    await home.start(['node', 'start', '--grant', 'ci', '--json']).printed(/"event":"ready"/);

    expect(await home.json(['access', 'list'])).toMatchObject({ clients: [{ clientId, granted: true }] });
    expect(await home.json(['cmd', '--action', 'primitive.tab.query'])).toMatchObject({ code: 0 });
  });

  it('does not start without its browser, and says how to get one', async () => {
    const home = homeForTest();
    await home.json(['start']);

    const answer = await home.run(['node', 'start', '--browser', '/nowhere/chrome']);

    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/browser_not_found[^]*\/nowhere\/chrome[^]*next: /);
  });
});
