import type { InterceptOptions } from '@telepat/otto-node-runtime';
import { WatchedTab } from '@telepat/otto-node-runtime/testing';
import { describe, expect, it } from 'vitest';
import { browserAt } from './browser-at.js';
import { HeardNetwork, wanting } from './heard-network.js';
import { PIXEL, ScriptSite } from './script-site.js';
import { patient } from './test-browser.js';

const MODES = ['network', 'fetch', 'hybrid'] as const;

const site = new ScriptSite();
const browser = browserAt(site);

/** A tab at the site's start page. */
async function open(watcher = new WatchedTab()) {
  const page = await browser.driver.openPage({ url: site.url('/'), waitUntil: 'load', signal: patient, watcher });
  browser.opened.push(page);
  return page;
}

type OpenPage = Awaited<ReturnType<typeof open>>;

/** A tab that is listened to. */
async function listen(wish: Partial<InterceptOptions> = {}) {
  const page = await open();
  const heard = new HeardNetwork();
  const interception = await page.intercept(wanting(wish), heard);
  return { page, heard, interception };
}

/** Lets the page run a script, and gives what came of it. */
async function run(page: OpenPage, js: string, options: { html?: string } = {}): Promise<unknown> {
  const { url, report } = site.script(js, options);
  await page.navigate({ url, waitUntil: 'commit', signal: patient });
  return report;
}

const loadedBy = (tag: string, src: string) => `await new Promise((resolve, reject) => {
  const element = document.createElement('${tag}');
  element.onload = resolve; element.onerror = reject; element.src = '${src}';
  document.documentElement.append(element);
});`;

describe.each(MODES)('in mode %s', (mode) => {
  const captureSource = mode === 'network' ? 'network' : 'fetch';

  it('each answer is told once, with its body', async () => {
    const { page, heard } = await listen({ mode });
    const js = `
      const item = await (await fetch('/api/item?id=7', { method: 'POST', body: 'x' })).json();
      const texts = [];
      for (const path of ['text', 'latin', 'bytes', 'gzip', 'liar', 'empty', 'error', 'missing']) {
        texts.push((await (await fetch('/api/' + path)).arrayBuffer()).byteLength);
      }
      ${loadedBy('img', '/api/picture')} ${loadedBy('script', '/api/script.js')} ${loadedBy('iframe', '/api/document')}
      return [item, texts];`;

    expect(await run(page, js)).toEqual([{ id: 7 }, [7, 4, 4, 5_000, 4, 0, 12, 15]]);
    await heard.until(({ updates }) => updates.length === 12);

    const one = ({
      url,
      method,
      status,
      mimeType,
      body,
      base64Encoded,
      bodyBytes,
      truncated,
      error,
    }: (typeof heard.updates)[number]) => ({
      path: new URL(url).pathname,
      told: [method, status, mimeType, body, base64Encoded, bodyBytes, truncated, error],
    });
    const told = Object.fromEntries(heard.updates.map(one).map(({ path, told }) => [path, told]));
    const plain = (mimeType: string, body: string, bodyBytes: number, status = 200) => [
      'GET',
      status,
      mimeType,
      body,
      undefined,
      bodyBytes,
      undefined,
      undefined,
    ];
    const base64 = (mimeType: string, bytes: number[] | Buffer) => [
      'GET',
      200,
      mimeType,
      Buffer.from(bytes).toString('base64'),
      true,
      bytes.length,
      undefined,
      undefined,
    ];
    expect(told).toEqual({
      '/api/item': ['POST', 200, 'application/json', '{"id":7}', undefined, 8, undefined, undefined],
      '/api/text': plain('text/plain', 'tästä', 7),
      '/api/latin': plain('text/plain', 'café', 4),
      '/api/bytes': base64('application/octet-stream', [0, 255, 1, 254]),
      '/api/gzip': plain('text/plain', 'z'.repeat(5_000), 5_000),
      '/api/liar': expect.arrayContaining([200, 'text/plain', 4]),
      '/api/empty': plain('text/plain', '', 0),
      '/api/error': plain('application/json', '{"ok":false}', 12, 500),
      '/api/missing': plain('application/json', '{"found":false}', 15, 404),
      '/api/picture': base64('image/gif', PIXEL),
      '/api/script.js': plain('text/javascript', 'window.loaded = true', 20),
      '/api/document': plain('text/html', '<p>a document</p>', 17),
    });
    for (const update of heard.updates) {
      expect(update).toMatchObject({ updateType: 'network.response', captureSource, requestId: expect.any(String) });
      expect(update).not.toHaveProperty('responseHeaders');
    }
    expect(heard.missedCount).toBe(0);
  });

  it('a body that is longer than wanted is cut, and its length told', async () => {
    const { page, heard } = await listen({ mode, maxBodyBytes: 3 });
    await run(page, `await (await fetch('/api/text')).text(); await (await fetch('/api/large?bytes=9000000')).text();`);
    await heard.until(({ updates }) => updates.length === 2);

    expect(heard.of('/api/text')).toMatchObject([{ body: 'tä', truncated: true, bodyBytes: 7 }]);
    expect(heard.of('/api/large')).toMatchObject([{ body: 'xxx', truncated: true, bodyBytes: 9_000_000 }]);
  });

  it('no page waits for a body that does not come to its end', async () => {
    const { page, heard } = await listen({ mode });
    const js = `
      const first = async (path) => new TextDecoder().decode((await (await fetch(path)).body.getReader().read()).value);
      const event = new Promise((resolve) => (new EventSource('/api/events').onmessage = ({ data }) => resolve(data)));
      return [await first('/api/half'), await first('/api/endless'), await event];`;

    expect(await run(page, js)).toEqual(['12345', 'and on', 'first']);
    await heard.until(({ updates }) => updates.length === 1);

    const unfinished = { updateType: 'network.response', status: 200, error: 'body_unfinished' };
    expect(heard.updates).toMatchObject([{ ...unfinished, url: site.url('/api/events') }]);
    await page.navigate({ url: site.url('/'), waitUntil: 'load', signal: patient });
    await heard.until(({ updates }) => updates.length === 3);
    const cutOff = { updateType: 'network.error', status: 200, error: 'page_left' };
    expect(heard.of('/api/half')).toMatchObject([cutOff]);
    expect(heard.of('/api/endless')).toMatchObject([cutOff]);
  });

  it('each address of a request that is sent on is told once', async () => {
    const { page, heard } = await listen({ mode, includeHeaders: true });
    await run(page, `await (await fetch('/api/redirect?to=/api/redirect')).text();`);
    await page.navigate({ url: site.url('/api/redirect?to=/api/document'), waitUntil: 'load', signal: patient });
    await heard.until(({ updates }) => updates.length === 5);

    const told = heard.updates.map(({ url, status, body }) => [url.slice(site.url('').length), status, body]);
    const asFetched = told.slice(0, 3);
    expect(asFetched).toEqual([
      ['/api/redirect?to=/api/redirect', 302, undefined],
      ['/api/redirect', 302, undefined],
      ['/api/item', 200, '{"id":0}'],
    ]);
    expect(told.slice(3)).toEqual([
      ['/api/redirect?to=/api/document', 302, undefined],
      ['/api/document', 200, '<p>a document</p>'],
    ]);
    const cookies = heard.updates.map(({ responseHeaders }) =>
      Object.keys(responseHeaders ?? {})
        .join()
        .toLowerCase(),
    );
    expect(cookies.map((names) => names.includes('set-cookie'))).toEqual([true, true, false, true, false]);
  });

  it('a request that fails is told with the reason', async () => {
    const { page, heard } = await listen({ mode, wantsType: () => false });
    const js = `
      await fetch('http://127.0.0.1:65431/api/refused').catch(() => {});
      await fetch('http://127.0.0.1:1/api/unsafe').catch(() => {});`;
    await run(page, js);
    await heard.until(({ updates }) => updates.length === 2);

    const failed = { updateType: 'network.error', status: 0, mimeType: '', method: 'GET' };
    expect(heard.of('/api/refused')).toMatchObject([{ ...failed, error: 'net::ERR_CONNECTION_REFUSED' }]);
    expect(heard.of('/api/unsafe')).toMatchObject([{ ...failed, error: 'net::ERR_UNSAFE_PORT' }]);
  });

  it('an answer without a body, or one that is known already, is told as the page gets it', async () => {
    const { page, heard } = await listen({ mode });
    const js = `
      const status = async (path, init) => { const r = await fetch(path, init); return [r.status, await r.text()]; };
      return [
        await status('/api/item', { method: 'HEAD' }),
        await status('/api/none'),
        await status('/api/tagged'),
        await status('/api/tagged'),
        await status('/api/tagged', { headers: { 'if-none-match': '"1"' } }),
        await status('/api/cached'),
        await status('/api/cached'),
      ];`;

    const seen = [
      [200, ''],
      [204, ''],
      [200, 'tagged'],
      [200, 'tagged'],
      [304, ''],
      [200, 'cached'],
      [200, 'cached'],
    ];
    expect(await run(page, js)).toEqual(seen);
    await heard.until(({ updates }) => updates.length === seen.length);
    // One that has no body to be got may be told before those that were answered before it.
    const inOrderOf = (told: unknown[][]) => told.map((one) => one.join(' ')).sort();
    expect(inOrderOf(heard.updates.map(({ status, body }) => [status, body ?? '']))).toEqual(inOrderOf(seen));
    expect(heard.updates.map(({ error }) => error)).toEqual(seen.map(() => undefined));
  });

  it('headers are those that went over the wire', async () => {
    const { page, heard } = await listen({ mode, includeHeaders: true });
    const js = `
      await (await fetch('/api/secret', { headers: { authorization: 'Bearer s3cret' } })).text();
      await (await fetch('/api/secret')).text();`;
    await run(page, js);
    await heard.until(({ updates }) => updates.length === 2);

    const lower = (headers: Readonly<Record<string, string>> = {}) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const [first, second] = heard.updates.map((update) => ({
      asked: lower(update.requestHeaders),
      answered: lower(update.responseHeaders),
    }));
    expect(first?.asked).toMatchObject({ authorization: 'Bearer s3cret', 'user-agent': expect.any(String) });
    expect(first?.answered['set-cookie']).toContain('session=s3cret-cookie');
    expect(second?.asked['cookie']).toContain('other=s3cret-too');
  });

  it('frames of other sites and workers are heard, too', async () => {
    const { page, heard } = await listen({ mode });
    const inner = site.script(`return (await fetch('/api/item?id=2')).status;`);
    const outerHtml = `<iframe src="${inner.url.replace(/&/g, '&amp;')}"></iframe>`;
    const outer = site.script(`return (await fetch('/api/item?id=1')).status;`, { html: outerHtml });
    const frame = outer.url.replace('127.0.0.1', 'localhost').replace(/&/g, '&amp;');
    const js = `
      const id = await new Promise((resolve) => (new Worker('/api/worker.js').onmessage = ({ data }) => resolve(data)));
      return [id, await (await fetch('${site.url('/api/cross', 'localhost')}')).json()];`;

    expect(await run(page, js, { html: `<iframe src="${frame}"></iframe>` })).toEqual([77, { cross: true }]);
    expect([await outer.report, await inner.report]).toEqual([200, 200]);
    // The first that a worker asks for may be gone before anybody can ask for its body.
    const bodies = () => Object.fromEntries(heard.updates.map(({ url, body }) => [url, body]));
    const wanted = {
      [site.url('/api/item?id=1', 'localhost')]: '{"id":1}',
      [site.url('/api/item?id=2')]: '{"id":2}',
      [site.url('/api/item?id=77')]: '{"id":77}',
      [site.url('/api/cross', 'localhost')]: '{"cross":true}',
    };
    await heard.until(() => Object.keys(wanted).every((url) => bodies()[url] !== undefined));

    // The worker's own script may be heard or not: it begins to load before there is anybody to hear it.
    expect(bodies()).toMatchObject(wanted);
  });

  it('a thousand requests stall no page, and each is told once', async () => {
    const { page, heard } = await listen({ mode });
    const js = `
      const ask = async (id) => (await (await fetch('/api/item?id=' + id)).json()).id;
      const ids = await Promise.all(Array.from({ length: 1000 }, (_, id) => ask(id)));
      return ids.every((id, index) => id === index);`;

    expect(await run(page, js)).toBe(true);
    await heard.until(({ updates, missedCount }) => updates.length + missedCount === 1_000);

    expect(heard.missedCount).toBe(0);
    const told = heard.updates.map(({ url, body }) => `${new URL(url).search} ${body}`);
    expect(new Set(told).size).toBe(1_000);
    expect(told.every((one) => /^\?id=(\d+) \{"id":\1\}$/.test(one))).toBe(true);
  });

  it('stopping lets go of everything that was stopped, and says nothing more', async () => {
    const { page, heard, interception } = await listen({ mode });
    const js = `
      const ask = async (id) => (await (await fetch('/api/item?id=' + id)).json()).id;
      return (await Promise.all(Array.from({ length: 300 }, (_, id) => ask(id)))).length;`;
    const running = run(page, js);
    await heard.until(({ updates }) => updates.length > 0);

    await interception.stop();
    const toldCount = heard.updates.length;

    expect(await running).toBe(300);
    expect(await run(page, `return (await fetch('/api/item')).status;`)).toBe(200);
    expect(heard.updates.length).toBe(toldCount);
    expect(heard.ends).toEqual([]);
    await interception.stop();
  });
});

describe('what is wanted', () => {
  it('is asked with the address of the page, and of a new document with its own', async () => {
    const asked: string[][] = [];
    const path = (url: string) => url.replace(/^http:\/\/([a-z0-9.]+):\d+([^?]*).*/, '$1$2');
    const { page } = await listen({
      wantsRequest: (url, pageUrl) => {
        if (!url.includes('/favicon') && !url.includes('/report')) asked.push([path(url), path(pageUrl)]);
        return false;
      },
    });
    await run(page, loadedBy('iframe', site.url('/api/document', 'localhost')));
    await page.navigate({ url: site.url('/', 'localhost'), waitUntil: 'load', signal: patient });

    expect(asked).toEqual([
      ['127.0.0.1/page', '127.0.0.1/page'],
      ['localhost/api/document', '127.0.0.1/page'],
      ['localhost/', 'localhost/'],
    ]);
  });

  it('goes by the kind of the answer, and leaves out what is made in the page itself', async () => {
    const { page, heard } = await listen({
      wantsRequest: () => true,
      wantsType: (type) => type === 'application/json',
    });
    const js = `
      await (await fetch('data:application/json,{}')).text();
      await (await fetch(URL.createObjectURL(new Blob(['{}'], { type: 'application/json' })))).text();
      await (await fetch('/api/text')).text();
      await (await fetch('/api/item')).text();`;
    await run(page, js);
    await heard.until(({ updates }) => updates.length > 0);

    expect(heard.updates.map(({ url }) => url)).toEqual([site.url('/api/item')]);
  });

  it.each(MODES)('may be less than bodies, in mode %s', async (mode) => {
    const { page, heard } = await listen({ mode, includeBody: false });
    await run(page, `await (await fetch('/api/item')).text();`);
    await heard.until(({ updates }) => updates.length === 1);

    expect(heard.updates[0]).toMatchObject({ status: 200, bodyBytes: 8 });
    expect(heard.updates[0]).not.toHaveProperty('body');
  });

  it('is stopped only where its address matches', async () => {
    const { page, heard } = await listen({
      mode: 'fetch',
      wantsRequest: () => true,
      urlPatterns: ['http://*/api/item\\?id=[1]', '**/api/t*t', '**?id=9'],
    });
    const js = `for (const path of ['item?id=[1]', 'item?id=2', 'text', 'latin', 'itemXid=9', 'item?id=9'])
      await (await fetch('/api/' + path)).text();`;
    await run(page, js);
    await heard.until(({ updates }) => updates.length === 3);

    const paths = heard.updates.map(({ url }) => url.slice(site.url('/api/').length));
    expect(paths).toEqual(['item?id=[1]', 'text', 'item?id=9']);
  });
});

describe('several interceptions of one tab', () => {
  it('do not disturb each other, nor the navigations of the tab', async () => {
    const page = await open();
    const heard = { network: new HeardNetwork(), fetch: new HeardNetwork(), hybrid: new HeardNetwork() };
    const [network, fetching] = [
      await page.intercept(wanting({ includeBody: false }), heard.network),
      await page.intercept(wanting({ mode: 'fetch', maxBodyBytes: 4 }), heard.fetch),
    ];
    await page.intercept(wanting({ mode: 'hybrid', maxBodyBytes: 6, includeHeaders: true }), heard.hybrid);

    const ask = () => run(page, `return (await (await fetch('/api/item?id=5')).json()).id;`);
    expect(await ask()).toBe(5);
    await heard.network.until(({ updates }) => updates.length === 1);
    await heard.fetch.until(({ updates }) => updates.length === 1);
    await heard.hybrid.until(({ updates }) => updates.length === 1);
    await fetching.stop();
    expect(await ask()).toBe(5);
    await heard.hybrid.until(({ updates }) => updates.length === 2);
    await network.stop();
    expect(await ask()).toBe(5);
    await heard.hybrid.until(({ updates }) => updates.length === 3);
    expect(await page.navigate({ url: site.url('/api/missing'), waitUntil: 'load', signal: patient })).toEqual({
      status: 404,
    });

    expect(heard.network.updates.length).toBe(2);
    expect(heard.fetch.updates).toMatchObject([{ body: '{"id', truncated: true, captureSource: 'fetch' }]);
    expect(heard.network.updates[0]).toMatchObject({ captureSource: 'network', bodyBytes: 8 });
    expect(heard.hybrid.updates[2]).toMatchObject({ body: '{"id":', captureSource: 'fetch', requestHeaders: {} });
  });
});

describe('what a page does beside', () => {
  it('may be to prove who it is, as without us', async () => {
    const { page, heard } = await listen({ mode: 'hybrid' });
    expect(await run(page, `const r = await fetch('/locked/api/page'); return [r.status, await r.text()];`)).toEqual([
      401,
      'locked',
    ]);
    await heard.until(({ updates }) => updates.length === 1);
    expect(heard.updates).toMatchObject([{ status: 401, body: 'locked' }]);

    const withName = site.url('/locked/api/page').replace('//', '//ann:s3cret@');
    await page.navigate({ url: withName, waitUntil: 'load', signal: patient });

    expect(await page.text({ selector: 'p', signal: patient })).toBe('unlocked');
    await heard.until(({ updates }) => updates.some(({ status }) => status === 200));
    expect(heard.updates.at(-1)).toMatchObject({ body: '<p>unlocked</p>' });
  });

  it('has its handshakes of WebSockets told', async () => {
    const { page, heard } = await listen({ includeHeaders: true });
    const js = `
      const end = (path) => new Promise((resolve) => {
        const socket = new WebSocket('${site.url('', '127.0.0.1').replace('http', 'ws')}' + path);
        socket.onopen = () => { socket.close(); resolve('open'); };
        socket.onerror = () => resolve('refused');
      });
      return [await end('/api/socket'), await end('/api/no-socket')];`;
    expect(await run(page, js)).toEqual(['open', 'refused']);
    await heard.until(({ updates }) => updates.length === 2);

    expect(heard.of('/api/socket')).toMatchObject([
      { updateType: 'network.response', status: 101, method: 'GET', url: expect.stringMatching(/^ws:/) },
    ]);
    expect(heard.of('/api/no-socket')).toMatchObject([
      { updateType: expect.stringMatching(/^network\.(error|response)$/), url: expect.stringMatching(/^ws:/) },
    ]);
  });

  it('is heard in mode network also where a service worker answers', async () => {
    const { page, heard } = await listen();
    const js = `
      await navigator.serviceWorker.register('/sw.js');
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller) await new Promise((r) => (navigator.serviceWorker.oncontrollerchange = r));
      return (await fetch('/api/made-up')).text();`;

    expect(await run(page, js)).toBe('made up');
    await heard.until(({ updates }) => updates.length === 1);

    expect(heard.updates[0]).toMatchObject({ status: 200, mimeType: 'text/plain', body: 'made up' });
  });

  it('may be to work without an end: it is listened to all the same, and left', async () => {
    const page = await open();
    const { url } = site.script(`onload = () => setTimeout(() => { for (;;); }, 0);`);
    await page.navigate({ url, waitUntil: 'load', signal: patient });
    await expect(page.text({ selector: 'body', signal: AbortSignal.timeout(300) })).rejects.toMatchObject({});
    const heard = new HeardNetwork();

    const interception = await page.intercept(wanting({ mode: 'hybrid' }), heard);
    await page.navigate({ url: site.url('/api/document'), waitUntil: 'load', signal: patient });
    await heard.until((one) => one.of('/api/document').length === 1);
    await interception.stop();

    expect(await page.text({ selector: 'p', signal: patient })).toBe('a document');
  });
});

describe('a page that stands still behind a dialog', () => {
  it('is listened to at once, and heard when it goes on', async () => {
    const watcher = new WatchedTab();
    const page = await open(watcher);
    const asked = run(page, `alert('wait'); return (await fetch('/api/item')).status;`);
    await watcher.until(({ dialogs }) => dialogs.length === 1);
    const heard = new HeardNetwork();

    const { stop } = await page.intercept(wanting({ mode: 'hybrid' }), heard);
    await watcher.dialogs[0]?.accept();

    // What it asked for in the same breath may not be heard: it takes note of us after that.
    expect(await asked).toBe(200);
    await run(page, `return (await fetch('/api/item?id=5')).status;`);
    await heard.until(({ updates }) => updates.some(({ body }) => body === '{"id":5}'));
    await stop();
  });
});

describe('the end of a tab', () => {
  it('is told, and a subscription begins no more', async () => {
    const { page, heard, interception } = await listen({ mode: 'hybrid' });

    await page.close();

    expect(heard.ends).toEqual(['tab_closed']);
    await interception.stop();
    await expect(page.intercept(wanting(), heard)).rejects.toMatchObject({ code: 'tab_closed' });
  });

  it('by a crash is told, and the tab can be listened to again when it shows a page', async () => {
    const { page, heard } = await listen({ mode: 'hybrid' });
    // Responses are stopped and bodies asked for when it happens.
    void run(page, `for (;;) await Promise.all(Array.from({ length: 50 }, (_, id) => fetch('/api/item?id=' + id)));`);
    await heard.until(({ updates }) => updates.length > 0);

    await page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
    await heard.until(({ ends }) => ends.length > 0);
    expect(heard.ends).toEqual(['tab_crashed']);
    await expect(page.intercept(wanting(), heard)).rejects.toMatchObject({ code: 'tab_crashed' });
    await page.navigate({ url: site.url('/'), waitUntil: 'load', signal: patient });
    const again = new HeardNetwork();
    await page.intercept(wanting({ mode: 'hybrid' }), again);
    expect(await run(page, `return (await fetch('/api/item')).status;`)).toBe(200);
    await again.until(({ updates }) => updates.length === 1);

    expect(again.updates).toMatchObject([{ body: '{"id":0}' }]);
    expect(heard.ends).toEqual(['tab_crashed']);
  });
});
