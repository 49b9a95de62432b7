import { TABS_PER_OWNER_MAX } from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../src/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

let world: NodeWorld;

beforeEach(async () => {
  world = await nodeWorld();
});

it('the relay knows what the node can do', () => {
  const [node] = world.relay.relay.connectedNodes({ kind: 'operator' });

  expect(node?.capabilities).toEqual(CAPABILITIES);
  expect(CAPABILITIES).toContain('primitive.dom.extract_markdown');
});

describe('tabs', () => {
  it('a tab is opened, listed, moved and closed', async () => {
    const opened = await world.run(world.alice, 'primitive.tab.open', { url: 'https://a.test/' });
    const tab = String(opened.data['tabSessionId']);
    const moved = await world.run(world.alice, 'primitive.tab.navigate', { url: 'https://b.test/' }, tab);
    const listed = await world.run(world.alice, 'primitive.tab.query');
    const closed = await world.run(world.alice, 'primitive.tab.close', {}, tab);

    expect(opened).toMatchObject({
      ok: true,
      action: 'primitive.tab.open',
      commandOutcome: 'completed',
      data: { tabId: 1, url: 'https://a.test/', title: 'A' },
    });
    expect(tab).toMatch(/^tab_/);
    expect(moved.data).toEqual({ tabSessionId: tab, url: 'https://b.test/', title: 'B', status: 404 });
    expect(listed.data).toEqual({
      tabSessions: { [tab]: 1 },
      tabs: [
        { tabSessionId: tab, url: 'https://b.test/', title: 'B', active: false, createdAt: world.relay.clock.now() },
      ],
    });
    expect(closed.data).toEqual({ closed: true, tabSessionId: tab });
    expect(world.driver.open).toEqual([]);
  });

  it('a controller sees its own tabs and no others', async () => {
    const mine = await world.open(world.alice);
    await world.open(world.bob);

    const { data } = await world.run(world.alice, 'primitive.tab.query');

    expect(Object.keys(data['tabSessions'] as object)).toEqual([mine]);
  });

  it('a tab that its user closed is unknown', async () => {
    const tab = await world.open(world.alice);
    await world.driver.pages[0]!.close();

    const answer = await world.run(world.alice, 'primitive.dom.extract_text', {}, tab);

    expect(answer).toMatchObject({ code: 'unknown_tab_session', effect: 'none', tabSessionId: tab });
  });

  it('a crashed page is reported, and its tab can be used again', async () => {
    const tab = await world.open(world.alice);
    world.driver.pages[0]!.crash();

    const crashed = await world.run(world.alice, 'primitive.dom.extract_text', {}, tab);
    const listed = await world.run(world.alice, 'primitive.tab.query');
    await world.run(world.alice, 'primitive.tab.navigate', { url: 'https://b.test/' }, tab);
    const again = await world.run(world.alice, 'primitive.dom.extract_text', {}, tab);

    expect(crashed).toMatchObject({ code: 'tab_crashed', retryable: true, effect: 'none' });
    expect(listed.data['tabs']).toMatchObject([{ tabSessionId: tab, title: '' }]);
    expect(again.data['text']).toBe('Text of B');
  });

  it('one owner gets so many tabs and no more, whatever the burst', async () => {
    const burst = Array.from({ length: TABS_PER_OWNER_MAX + 3 }, () => world.send(world.alice, 'primitive.tab.open'));
    await settled();

    const refused = burst.filter((id) => world.answer(world.alice, id)['code'] === 'too_many_tabs');
    expect(refused).toHaveLength(3);
    expect(world.driver.open).toHaveLength(TABS_PER_OWNER_MAX);
    expect(await world.run(world.bob, 'primitive.tab.open')).toMatchObject({ ok: true });
  });

  it('a place is free again when its tab is closed, or could not be opened', async () => {
    for (let time = 0; time < TABS_PER_OWNER_MAX + 5; time += 1) {
      const failed = await world.run(world.alice, 'primitive.tab.open', { url: 'https://down.test/' });
      expect(failed).toMatchObject({ code: 'navigation_failed', effect: 'none', retryable: true });
      const tab = await world.open(world.alice);
      await world.run(world.alice, 'primitive.tab.close', {}, tab);
    }
  });

  it('the tabs of a controller that left are closed, whatever runs there', async () => {
    const tabs = [await world.open(world.alice), await world.open(world.alice)];
    await world.open(world.bob, 'https://b.test/');
    world.driver.pages[0]!.hold();
    world.send(world.alice, 'primitive.dom.extract_text', {}, tabs[0]);
    await settled();

    world.alice.drop();
    world.relay.clock.advance(10_000);
    await settled();

    expect(world.driver.open.map((page) => page.url())).toEqual(['https://b.test/']);
    const sent = world.network.opened.flatMap(({ received }) => received).map((text) => JSON.parse(text).payload);
    expect(sent.find(({ action }) => action === 'primitive.tab.close_owned')).toMatchObject({
      ok: true,
      data: { controllerClientId: 'alice', closedCount: 2, missingCount: 0, totalOwnedSessions: 2 },
    });
    expect(sent.filter(({ action }) => action === 'primitive.dom.extract_text')).toMatchObject([
      { code: 'tab_closed' },
    ]);
  });
});

describe('reading', () => {
  it('from a tab or from a URL gives the same', async () => {
    const tab = await world.open(world.alice);

    const named = await world.run(world.alice, 'primitive.dom.extract_markdown', {}, tab);
    const temporary = await world.run(world.alice, 'primitive.dom.extract_markdown', { url: 'https://a.test/' });

    const content = {
      sourceUrl: 'https://a.test/',
      title: 'A',
      extractionMode: 'markdown',
      contentLength: 3,
      content: '# A',
      truncated: false,
    };
    expect(named.data).toEqual({ tabSessionId: tab, ...content });
    expect(temporary.data).toEqual(content);
  });

  it.each([
    ['primitive.dom.extract_text', { selector: 'body', text: 'Text of A' }],
    ['primitive.dom.extract_html', { extractionMode: 'raw_html', content: '<h1>A</h1><p>😀!</p>', contentLength: 20 }],
    ['primitive.dom.extract_clean_html', { extractionMode: 'clean_html', content: '<h1>A</h1>' }],
    [
      'primitive.page.screenshot',
      {
        mode: 'viewport',
        format: 'png',
        mimeType: 'image/png',
        width: 4,
        height: 3,
        byteLength: 3,
        contentBase64: 'base64 of 1,2,3',
      },
    ],
  ])('%s gives what the page has', async (action, expected) => {
    const { data } = await world.run(world.alice, action, { url: 'https://a.test/' });

    expect(data).toMatchObject(expected);
  });

  it('one element of a page', async () => {
    const input = { url: 'https://a.test/', selector: 'h1' };

    expect((await world.run(world.alice, 'primitive.dom.extract_text', input)).data).toEqual({
      selector: 'h1',
      text: 'Heading',
    });
    expect((await world.run(world.alice, 'primitive.page.screenshot', input)).data).toMatchObject({ mode: 'element' });
    expect(await world.run(world.alice, 'primitive.dom.extract_html', { ...input, selector: 'h9' })).toMatchObject({
      code: 'element_not_found',
      effect: 'none',
      retryable: true,
    });
  });

  it.each([
    [10, '<h1>A</h1>'],
    [14, '<h1>A</h1><p>'],
    [15, '<h1>A</h1><p>😀'],
  ])('cuts off after %i characters, and never through one', async (maxChars, content) => {
    const { data } = await world.run(world.alice, 'primitive.dom.extract_html', { url: 'https://a.test/', maxChars });

    expect(data).toMatchObject({ content, contentLength: 20, truncated: true });
  });

  it.each(['https://a.test/', 'https://down.test/', 'https://bug.test/'])('%s leaves no temporary tab', async (url) => {
    await world.run(world.alice, 'primitive.dom.extract_text', { url });
    await world.run(world.alice, 'primitive.dom.extract_text', { url, selector: '#none' });

    expect(world.driver.open).toEqual([]);
    expect((await world.run(world.alice, 'primitive.tab.query')).data['tabs']).toEqual([]);
  });

  it('a page whose parts never come is read as it stands, with a warning', async () => {
    const answer = { text: 'words' };
    const slow = await nodeWorld({ 'https://slow.test/': { ...answer, neverLoads: true } });
    const reading = slow.send(slow.alice, 'primitive.dom.extract_text', { url: 'https://slow.test/' });
    await settled();
    expect(slow.alice.terminals(reading)).toEqual([]);

    await slow.pass(10_000);

    expect(slow.answer(slow.alice, reading)).toMatchObject({
      data: answer,
      warnings: ['Parts of the page did not come in time: it was read as it stood.'],
    });
    expect(slow.driver.open).toEqual([]);
  });

  it('an answer that no frame can carry is an error', async () => {
    const big = await nodeWorld({ 'https://big.test/': { text: 'ä'.repeat(9_000_000) } });

    const answer = await big.run(big.alice, 'primitive.dom.extract_text', { url: 'https://big.test/' });

    expect(answer).toMatchObject({ code: 'content_too_large' });
  });
});

describe('input that is not well-formed', () => {
  it.each<[string, object, RegExp]>([
    ['primitive.tab.open', { url: 5 }, /url/],
    ['primitive.tab.open', { url: 'https://a.test/', speed: 'high' }, /speed/],
    ['primitive.tab.open', { waitUntil: 'tomorrow' }, /waitUntil/],
    ['primitive.tab.open', { url: 'file:///etc/passwd' }, /http/],
    ['primitive.tab.navigate', { url: 'https://a.test/' }, /tabSessionId/],
    ['primitive.dom.extract_text', {}, /tabSessionId or a url/],
    ['primitive.dom.extract_text', { url: 'javascript:alert(1)' }, /http/],
    ['primitive.dom.extract_html', { url: 'https://a.test/', maxChars: 0 }, /maxChars/],
    ['primitive.page.screenshot', { url: 'https://a.test/', mode: 'element' }, /selector/],
    ['primitive.page.screenshot', { url: 'https://a.test/', mode: 'full_page', selector: 'h1' }, /selector/],
  ])('%s %j is refused, and the field is named', async (action, input, sentence) => {
    const answer = await world.run(world.alice, action, input);

    expect(answer).toMatchObject({ code: 'invalid_action_input', effect: 'none', retryable: false, action });
    expect(answer['message']).toMatch(sentence);
    expect(world.driver.pages).toEqual([]);
  });

  it('an action that the node cannot do is refused', async () => {
    const answer = await world.run(world.alice, 'primitive.page.dance');

    expect(answer).toMatchObject({ code: 'action_not_supported', effect: 'none', commandOutcome: 'failed' });
  });

  it('a bug in the browser is an internal error that tells the controller nothing else', async () => {
    const answer = await world.run(world.alice, 'primitive.dom.extract_text', { url: 'https://bug.test/' });

    expect(answer).toMatchObject({ code: 'internal_error', category: 'internal' });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(world.log).toMatchObject([{ type: 'internal_error', error: { message: 'a secret of the machine' } }]);
  });
});
