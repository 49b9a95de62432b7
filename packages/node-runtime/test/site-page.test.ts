import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { SITE_PAGE_METHODS, type SitePage } from '../src/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const OFFERS = 'https://shop.test/offers';
const DOUBLE = (count: number): number => count * 2;
const SITE = {
  'https://shop.test/': {
    title: 'Shop',
    text: 'Teapots',
    raw_html: '<p>Teapots</p>',
    markdown: 'Teapots',
    snapshot: 'main\n  link e1\n  link e2',
    elements: { '.price': '£3' },
    values: { '1 + 1': 2, [String(DOUBLE)]: 4 },
  },
  [OFFERS]: { title: 'Offers', status: 203 },
};

type Work = (page: SitePage) => unknown;

let world: NodeWorld;
let work: Work;

beforeEach(async () => {
  const names = { site: 'shop.test', id: 'work', displayName: 'Work', description: 'Works.' };
  world = await nodeWorld(SITE, [{ ...names, execute: ({ page }) => work(page) }]);
});

/** What becomes of a command that does this with its page. */
function outcomeOf(next: Work, tab?: string) {
  work = next;
  return world.run(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab);
}

describe('the page of a site command', () => {
  it.each<[string, Work, unknown]>([
    ['url', (page) => page.url(), 'https://shop.test/'],
    ['title', (page) => page.title(), 'Shop'],
    ['text', (page) => page.text(), 'Teapots'],
    ['whether an element is there', (page) => page.has('.price'), true],
    ['whether one is not', (page) => page.has('.prices'), false],
    ['text of an element', (page) => page.text('.price'), '£3'],
    ['html', (page) => page.html(), '<p>Teapots</p>'],
    ['html of an element', (page) => page.html('.price'), '£3'],
    ['markdown', (page) => page.markdown(), 'Teapots'],
    ['snapshot', (page) => page.snapshot(), 'main\n  link e1\n  link e2'],
    ['a part of the snapshot', (page) => page.snapshot({ maxNodes: 2 }), 'main\n  link e1'],
    ['the value of an expression', (page) => page.evaluate('1 + 1'), 2],
    ['the value of a function', (page) => page.evaluate(DOUBLE, 2), 4],
    ['the status of a page that it loads', (page) => page.goto(OFFERS), { status: 203 }],
  ])('gives %s', async (_what, next, data) => {
    expect(await outcomeOf(next)).toMatchObject({ ok: true, data });
  });

  it('acts as it is told', async () => {
    await outcomeOf(async (page) => {
      await page.click('#buy', { button: 'right', clickCount: 2, modifiers: ['Shift'] });
      await page.click({ ref: 'e12' });
      await page.hover('#buy');
      await page.hover('#buy', { modifiers: ['Alt'] });
      await page.fill('#name', 'Al');
      await page.type('#name', 'ice', { delayMs: 5 });
      await page.press('Enter');
      await page.press('Control+a', { target: '#name' });
      await page.select('#size', ['large']);
      await page.check('#agree');
      await page.check('#news', false);
      await page.scrollTo('#end');
    });

    const [buy, name] = [{ selector: '#buy' }, { selector: '#name' }];
    expect(world.driver.pages[0]!.inputs).toEqual([
      { kind: 'click', target: buy, button: 'right', clickCount: 2, modifiers: ['Shift'] },
      { kind: 'click', target: { ref: 'e12' }, button: 'left', clickCount: 1, modifiers: [] },
      { kind: 'hover', target: buy, modifiers: [] },
      { kind: 'hover', target: buy, modifiers: ['Alt'] },
      { kind: 'fill', target: name, value: 'Al' },
      { kind: 'type', target: name, text: 'ice', delayMs: 5 },
      { kind: 'press', key: 'Enter' },
      { kind: 'press', target: name, key: 'Control+a' },
      { kind: 'select', target: { selector: '#size' }, values: ['large'] },
      { kind: 'check', target: { selector: '#agree' }, checked: true },
      { kind: 'check', target: { selector: '#news' }, checked: false },
      { kind: 'scroll_into_view', target: { selector: '#end' } },
    ]);
  });

  it('goes back and loads again', async () => {
    const answer = await outcomeOf(async (page) => {
      await page.goto(OFFERS);
      await page.back();
      const back = await page.title();
      await page.reload();
      return [back, await page.title()];
    });

    expect(answer.data).toEqual(['Shop', 'Shop']);
  });

  it('waits for what it is told to', async () => {
    await outcomeOf(async (page) => {
      await page.waitFor({ selector: '.price' });
      await page.waitFor({ selector: '.price', state: 'hidden', text: 'Sold', url: '**/offers', loadState: 'load' });
    });

    expect(world.driver.pages[0]!.waits).toEqual([
      { element: { selector: '.price', state: 'visible' } },
      { element: { selector: '.price', state: 'hidden' }, text: 'Sold', url: '**/offers', loadState: 'load' },
    ]);
  });

  it.each<[string, Work, RegExp]>([
    ['a file', (page) => page.goto('file:///etc/passwd'), /http/],
    ['a script in place of a page', (page) => page.goto('javascript:alert(1)'), /http/],
    ['a page of the browser', (page) => page.goto('chrome://settings'), /http/],
    ['a page without an address', (page) => page.goto(plain(undefined)), /^url: /],
    ['a way of loading that there is not', (page) => page.goto(OFFERS, plain({ waitUntil: 'soon' })), /^waitUntil: /],
    ['no element', (page) => page.click(plain(undefined)), /selector or a ref/],
    ['two elements at once', (page) => page.click(plain({ selector: 'a', ref: 'e1' })), /not both/],
    ['an element that is a number', (page) => page.fill(plain(7), 'x'), /selector or a ref/],
    ['no text to fill in', (page) => page.fill('#name', plain(undefined)), /^value: /],
    ['an option that there is not', (page) => page.click('#buy', plain({ force: true })), /force/],
    ['a time that is none', (page) => page.click('#buy', { timeoutMs: -1 }), /^timeoutMs: /],
    ['a time that is a text', (page) => page.waitFor(plain({ text: 'x', timeoutMs: '9' })), /^timeoutMs: /],
    ['a selector that is none', (page) => page.text(plain(3)), /^selector: /],
    ['waiting for nothing', (page) => page.waitFor({}), /something to wait for/],
    ['waiting for no more than a time', (page) => page.waitFor({ timeoutMs: 5 }), /something to wait for/],
    ['a state of nothing', (page) => page.waitFor({ state: 'hidden', text: 'x' }), /state belongs to a selector/],
    ['a distance to an element', (page) => page.scrollTo('#end', plain({ dy: 5 })), /dy/],
    ['a distance of nothing to an element', (page) => page.scrollTo('#end', plain({ dx: 0 })), /dx/],
    ['another goal than its element', (page) => page.scrollTo('#end', plain({ toSelector: 'a' })), /toSelector/],
    ['a selector that is no text', (page) => page.has(plain(undefined)), /^selector: /],
    ['no expression', (page) => page.evaluate(plain(undefined)), /^expression: /],
  ])('refuses %s, and names what is wrong', async (_what, next, message) => {
    const answer = await outcomeOf(next);

    const told = expect.stringMatching(message);
    expect(answer).toMatchObject({ code: 'invalid_action_input', message: told, effect: 'unknown' });
    expect(world.driver.pages[0]!.inputs).toEqual([]);
    expect(world.driver.pages[0]!.waits).toEqual([]);
  });

  it('waits ten seconds for an element, less at the end of its time, or as long as it says', async () => {
    const tab = await world.open(world.alice, 'https://shop.test/');
    const waits: number[] = [];
    world.driver.pages[0]!.act = async (_input, { waitMs }) => {
      waits.push(waitMs);
      return { title: '' };
    };
    work = async (page) => {
      await page.click('#buy');
      await page.click('#buy', { timeoutMs: 25_000 });
      await page.click('#buy', { timeoutMs: 60_000 });
    };
    world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab, 30_000);
    await settled();

    expect(waits).toEqual([10_000, 25_000, 30_000]);
  });

  it.each([
    [{ text: 'Sold' }, 10_000],
    [{ text: 'Sold', timeoutMs: 2_000 }, 2_000],
  ])('gives up waiting for %j after %d ms, and can go on', async (condition, ms) => {
    const tab = await world.open(world.alice, 'https://shop.test/');
    const release = world.driver.pages[0]!.hold();
    work = async (page) => {
      const outcome = await page.waitFor(condition).catch((error: { code: string }) => error.code);
      release();
      return [outcome, await page.title()];
    };
    const requestId = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab);
    await settled();

    world.relay.clock.advance(ms - 1);
    await settled();
    expect(world.alice.terminals(requestId)).toEqual([]);
    world.relay.clock.advance(1);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ data: ['wait_timed_out', 'Shop'] });
  });

  it('has the methods that it is said to have', async () => {
    let all: string[] = [];
    await outcomeOf((page) => void (all = Object.getOwnPropertyNames(Object.getPrototypeOf(page))));

    expect(all.filter((name) => name !== 'constructor').sort()).toEqual([...SITE_PAGE_METHODS].sort());
  });

  it('that crashes or goes says so', async () => {
    const tab = await world.open(world.alice, 'https://shop.test/');

    const crashed = await outcomeOf(async (page) => {
      world.driver.pages[0]!.crash();
      return page.text();
    }, tab);

    expect(crashed).toMatchObject({ code: 'tab_crashed' });
  });
});

describe('a dialog', () => {
  it('that comes of a click ends the command, and waits for its answer', async () => {
    const tab = await world.open(world.alice, 'https://shop.test/');
    world.driver.pages[0]!.act = async () => {
      world.driver.pages[0]!.openDialog({ message: 'Sure?' });
      return { title: '' };
    };

    const answer = await outcomeOf(async (page) => {
      await page.click('#buy');
      await page.text();
    }, tab);

    expect(answer).toMatchObject({ code: 'dialog_open', effect: 'unknown' });
    expect(await world.run(world.alice, 'primitive.page.dialog', { accept: true }, tab)).toMatchObject({ ok: true });
  });

  it('that is open keeps a command from beginning', async () => {
    const tab = await world.open(world.alice, 'https://shop.test/');
    world.driver.pages[0]!.openDialog({ message: 'Sure?' });
    let hasRun = false;

    const answer = await outcomeOf(() => (hasRun = true), tab);

    expect(answer).toMatchObject({ code: 'dialog_open', effect: 'none' });
    expect(hasRun).toBe(false);
  });

  it('in a temporary tab is dismissed, with a warning', async () => {
    const answer = await outcomeOf(async (page) => {
      const dialog = world.driver.pages[0]!.openDialog({ message: 'Sure?' });
      return [await page.text(), dialog.answer];
    });

    expect(answer).toMatchObject({ data: ['Teapots', 'dismissed'], warnings: [expect.stringContaining('Sure?')] });
  });
});

/** What plain JavaScript lets pass. */
function plain<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
