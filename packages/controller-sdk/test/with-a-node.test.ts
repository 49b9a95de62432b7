import { OttoNode } from '@telepat/otto-node-runtime';
import { ScriptedDriver } from '@telepat/otto-node-runtime/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { describe, expect, it } from 'vitest';
import { OttoError, type OttoClient, type Tab } from '../src/index.js';
import { DISPOSE_MS_MAX } from '../src/tab.js';
import { sdkWorld, type SdkWorld } from './world.js';

const SITE = {
  'https://shop.test/': { title: 'Shop', text: 'Teapots', markdown: '# Teapots', raw_html: '<h1>Teapots</h1>' },
  'https://shop.test/red': { title: 'Red', text: 'A red one', clean_html: '<p>A red one</p>' },
};

it('a script opens a tab, reads it, follows a link, takes a picture and leaves nothing', async () => {
  const { world, driver } = await worldWithNode();
  const client = await world.connect();

  const tab = await client.node('n1').tabs.open('https://shop.test/');
  const markdown = await tab.markdown();
  const moved = await tab.navigate('https://shop.test/red');
  const text = await tab.text();
  const html = await tab.cleanHtml({ maxChars: 3 });
  const picture = await tab.screenshot({ format: 'jpeg' });
  await tab.close();

  expect(markdown).toMatchObject({ title: 'Shop', content: '# Teapots', truncated: false });
  expect(moved).toMatchObject({ url: 'https://shop.test/red', title: 'Red', status: 200 });
  expect(text).toBe('A red one');
  expect(html).toMatchObject({ content: '<p>', contentLength: 16, truncated: true });
  expect(picture).toMatchObject({ mimeType: 'image/jpeg', contentBase64: 'AQID', bytes: new Uint8Array([1, 2, 3]) });
  expect(driver.open).toEqual([]);
});

it('two controllers that want one tab at once take turns', async () => {
  const { world, driver } = await worldWithNode();
  const [alice, bob] = [await world.connect('alice'), await world.connect('bob')];
  const { tabSessionId } = await alice.node('n1').tabs.open('https://shop.test/');
  const release = driver.pages[0]!.hold();
  const first = alice.node('n1').tab(tabSessionId).text();
  const second = bob.node('n1').tab(tabSessionId).html();
  const hasty = bob.send('primitive.dom.extract_text', {}, { nodeId: 'n1', tabSessionId });
  await expect(hasty).rejects.toMatchObject({ code: 'tab_busy', retryable: true });

  release();

  expect(await first).toBe('Teapots');
  expect(await second).toMatchObject({ content: '<h1>Teapots</h1>' });
});

it('a tab ends with its scope', async () => {
  const { world, driver } = await worldWithNode();
  const client = await world.connect();
  {
    await using tab = await client.node('n1').tabs.open('https://shop.test/');
    expect(await tab.text()).toBe('Teapots');
    expect(driver.open).toHaveLength(1);
  }
  expect(driver.open).toHaveLength(0);
});

describe('a tab whose scope ends', () => {
  it('while the connection is away is closed once that is back', async () => {
    const { world, driver } = await worldWithNode();
    const client = await world.connect();
    const tab = await client.node('n1').tabs.open('https://shop.test/');
    world.newestSocket.drop();
    await settled();

    const ending = tab[Symbol.asyncDispose]();
    await rounds(world, 2);
    await ending;

    expect(client.status).toEqual({ phase: 'connected' });
    expect(driver.open).toEqual([]);
  });

  it('with its closing lost on the way is closed by the next', async () => {
    const { world, driver } = await worldWithNode();
    const client = await world.connect();
    const tab = await client.node('n1').tabs.open('https://shop.test/');
    world.newestSocket.onText = () => {};

    const ending = tab[Symbol.asyncDispose]();
    await settled();
    expect(driver.open).toHaveLength(1);
    world.newestSocket.drop();
    await rounds(world, 3);
    await ending;

    expect(driver.open).toEqual([]);
  });

  it.each<[string, (parts: { client: OttoClient; tab: Tab }) => Promise<void>]>([
    ['the tab is gone', ({ tab }) => tab.close()],
    ['the client has left', ({ client }) => client.close()],
  ])('leaves the error of its block as it is when %s', async (_what, spoil) => {
    const { world } = await worldWithNode();
    const client = await world.connect();
    const failing = async (): Promise<void> => {
      await using tab = await client.node('n1').tabs.open('https://shop.test/');
      await spoil({ client, tab });
      throw new OttoError('invalid_command');
    };

    await expect(failing()).rejects.toMatchObject({ name: 'OttoError', code: 'invalid_command' });
  });

  it('is not waited for without end when the relay stays away', async () => {
    const { world } = await worldWithNode();
    const client = await world.connect();
    const tab = await client.node('n1').tabs.open('https://shop.test/');
    world.isDown = true;
    world.newestSocket.drop();
    await settled();
    let isOver = false;

    const ending = tab[Symbol.asyncDispose]().then(() => (isOver = true));
    await rounds(world, DISPOSE_MS_MAX / 500);

    expect(isOver).toBe(true);
    await ending;
    await client.close();
  });
});

it('the tabs of a controller that left are closed, those of the others stay', async () => {
  const { world, driver } = await worldWithNode();
  const [alice, bob] = [await world.connect('alice'), await world.connect('bob')];
  await alice.node('n1').tabs.open('https://shop.test/');
  await bob.node('n1').tabs.open('https://shop.test/red');

  await alice.close();
  await settled();
  world.relay.clock.advance(3_000);
  await settled();

  expect(driver.open.map((page) => page.url())).toEqual(['https://shop.test/red']);
  expect((await bob.node('n1').tabs.list()).map(({ url }) => url)).toEqual(['https://shop.test/red']);
});

it('the next login of a client that detached lists its tabs and reads on, also after a cut', async () => {
  const { world, driver } = await worldWithNode();
  const first = await world.connect('alice');
  const { tabSessionId } = await first.node('n1').tabs.open('https://shop.test/');
  first.detach({ keepTabsMs: 60_000 });
  world.newestSocket.drop();
  await rounds(world, 2);
  expect(first.status).toEqual({ phase: 'connected' });
  await first.close();
  // Much longer than the tabs of one who just leaves stay.
  await rounds(world, 60);

  const login = { role: 'controller', clientId: 'alice', controllerId: 'ctl_next', scopes: [] } as const;
  const next = await world.connect('alice', { accessToken: await world.relay.token(login) });
  const found = await next.node('n1').tabs.list();

  expect(next.controllerId).toBe('ctl_next');
  expect(found).toMatchObject([{ tabSessionId, url: 'https://shop.test/' }]);
  expect(await next.node('n1').tab(tabSessionId).text()).toBe('Teapots');
  // They are tabs of one who just leaves again.
  await next.close();
  await rounds(world, 6);
  expect(driver.open).toEqual([]);
});

it('a cancelled command stops in the browser, and the tab is free again', async () => {
  const { world, driver } = await worldWithNode();
  const client = await world.connect();
  const tab = await client.node('n1').tabs.open('https://shop.test/');
  const release = driver.pages[0]!.hold();
  const abort = new AbortController();
  const running = tab.navigate('https://shop.test/red', { signal: abort.signal });
  const failure = expect(running).rejects.toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
  await settled();

  abort.abort();
  await failure;
  release();

  expect(await tab.text()).toBe('Teapots');
});

describe('a durable command whose node loses its connection', () => {
  it('before the node got it runs once the node is back, and once only', async () => {
    const { world, driver } = await worldWithNode();
    const client = await world.connect();
    const toNode = world.network.opened[0]!;
    toNode.send = () => {};
    const opening = client.send('primitive.tab.open', {}, { nodeId: 'n1', idempotencyKey: 'k1' });
    await settled();

    toNode.drop();
    await rounds(world, 10);

    expect((await opening).data).toMatchObject({ url: 'about:blank' });
    expect(driver.pages).toHaveLength(1);
  });

  it('after it was done gives the outcome that the node kept', async () => {
    const { world, driver } = await worldWithNode();
    const client = await world.connect();
    const toRelay = world.network.opened[0]!;
    toRelay.onText = () => {};
    const opening = client.send('primitive.tab.open', {}, { nodeId: 'n1', idempotencyKey: 'k1' });
    await settled();

    toRelay.drop();
    await rounds(world, 10);

    expect((await opening).data).toMatchObject({ url: 'about:blank' });
    expect(driver.pages).toHaveLength(1);
  });

  it('while it runs waits for it', async () => {
    const { world, driver } = await worldWithNode();
    const client = await world.connect();
    const { tabSessionId } = await client.node('n1').tabs.open('https://shop.test/');
    const release = driver.pages[0]!.hold();
    const options = { nodeId: 'n1', tabSessionId, idempotencyKey: 'k1' };
    const reading = client.send('primitive.dom.extract_text', {}, options);
    await settled();

    world.network.opened[0]!.drop();
    await rounds(world, 10);
    release();

    expect((await reading).data).toMatchObject({ text: 'Teapots' });
  });

  it('for good says within its time that nobody knows what it did', async () => {
    const { world } = await worldWithNode();
    const client = await world.connect();
    world.network.opened[0]!.send = () => {};
    const options = { nodeId: 'n1', idempotencyKey: 'k1', timeoutMs: 10_000 };
    const opening = client.send('primitive.tab.open', {}, options);
    const failure = expect(opening).rejects.toMatchObject({ code: 'node_offline', effect: 'unknown', retryable: true });
    await settled();
    const toNode = world.network.opened[0]!;
    world.isDown = true;
    toNode.drop();

    await rounds(world, 22);

    await failure;
  });
});

/** Lets half seconds pass. */
async function rounds(world: SdkWorld, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    world.relay.clock.advance(500);
    await settled();
  }
}

async function worldWithNode(): Promise<{ world: SdkWorld; driver: ScriptedDriver; node: OttoNode }> {
  const world = await sdkWorld();
  const driver = new ScriptedDriver(SITE);
  const accessToken = await world.relay.token({ role: 'node', nodeId: 'n1', scopes: [] });
  const node = new OttoNode({
    ...world.platform,
    nodeId: 'n1',
    url: 'ws://relay',
    tokens: { accessToken: () => Promise.resolve(accessToken) },
    driver,
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    decodeBase64: (text) => Buffer.from(text, 'base64'),
  });
  node.start();
  await node.ready();
  return { world, driver, node };
}
