import {
  POPUPS_IN_PERIOD_MAX,
  POPUPS_PERIOD_MS,
  POPUP_WAIT_MS_MAX,
  TABS_PER_NODE_MAX,
  TABS_PER_OWNER_MAX,
} from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { TabRegistry } from '../src/tab-registry.js';
import type { ScriptedPage } from '../src/testing/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const POPUP = 'https://pop.test/';
const QUERY = 'primitive.tab.query';
const READ = 'primitive.dom.extract_text';
const CLICK = { selector: 'button' };
const TOO_MANY_TABS = 'A pop-up of the page was closed as it came: there are too many tabs.';
const TOO_FAST = 'Pop-ups of the page were closed as they came: it opens more than 20 within 10 s.';

let world: NodeWorld;
let tab: string;
let page: ScriptedPage;
/** What the page does when it is clicked. */
let onClick: () => void;
/** A pop-up that is on its way, from a page that did so. */
let late: ReturnType<NodeWorld['driver']['beginPopup']>;

beforeEach(async () => {
  onClick = () => world.driver.openPopup(page, POPUP);
  world = await nodeWorld({
    'https://a.test/': { title: 'A', text: 'Text of A', onInput: () => onClick() },
    [POPUP]: { title: 'Pop', text: 'Text of the pop-up' },
    'https://eager.test/': { text: 'Eager', onLoad: (loaded) => world.driver.openPopup(loaded, POPUP) },
    'https://eager-and-down.test/': {
      onLoad: (loaded) => {
        world.driver.openPopup(loaded, POPUP);
        loaded.crash();
      },
    },
    'https://line-and-down.test/': {
      onLoad: (loaded) => {
        const gone = world.driver.openPopup(world.driver.openPopup(loaded, POPUP), POPUP);
        world.driver.openPopup(gone, POPUP);
        late = world.driver.beginPopup(gone, POPUP);
        void gone.close();
        loaded.crash();
      },
    },
  });
  tab = await world.open(world.alice);
  page = world.driver.pages[0]!;
});

const run = (action: string, input: object = {}, name = tab) => world.run(world.alice, action, input, name);

async function click(name = tab) {
  const { data, warnings } = await run('primitive.input.click', CLICK, name);
  return { data, warnings, popups: popupsIn(data) };
}

function popupsIn(data: Readonly<Record<string, unknown>>): { tabSessionId: string; tabId: number; url: string }[] {
  return Array.isArray(data['popups']) ? data['popups'] : [];
}

async function tabsOf(controller = world.alice): Promise<{ tabSessionId: string; openerTabSessionId?: string }[]> {
  const { data } = await world.run(controller, QUERY);
  return Array.isArray(data['tabs']) ? data['tabs'] : [];
}

describe('a pop-up', () => {
  it('is told by the outcome that opened it, once, and is a tab that can be used', async () => {
    const { popups } = await click();

    expect(popups).toEqual([{ tabSessionId: expect.stringMatching(/^tab_/), tabId: 2, url: POPUP }]);
    expect(await run(READ, {}, popups[0]!.tabSessionId)).toMatchObject({ data: { text: 'Text of the pop-up' } });
    onClick = () => undefined;
    expect((await click()).data).not.toHaveProperty('popups');
  });

  it('is listed for the owner of its opener only, with its opener', async () => {
    const [popup] = (await click()).popups;

    expect(await tabsOf()).toMatchObject([
      { tabSessionId: tab },
      { tabSessionId: popup?.tabSessionId, openerTabSessionId: tab, title: 'Pop' },
    ]);
    expect((await tabsOf())[0]).not.toHaveProperty('openerTabSessionId');
    expect(await tabsOf(world.bob)).toEqual([]);
  });

  it('belongs to the owner of its opener, whoever caused it', async () => {
    await world.run(world.bob, 'primitive.input.click', CLICK, tab);

    expect(await tabsOf()).toHaveLength(2);
    expect(await tabsOf(world.bob)).toEqual([]);
  });

  it('of a pop-up is a tab of the same owner, too', async () => {
    const [first] = (await click()).popups;

    const second = world.driver.openPopup(world.driver.pages[1]!, POPUP);

    expect(second.isGone).toBe(false);
    expect(await tabsOf()).toMatchObject([{}, {}, { openerTabSessionId: first?.tabSessionId }]);
  });

  it('that opened while nobody asked is told by the next outcome that can', async () => {
    world.driver.openPopup(page, POPUP);

    const read = await run(READ);
    const evaluated = await run('primitive.page.evaluate', { expression: '1' });

    expect(read.data).not.toHaveProperty('popups');
    expect(evaluated.data).toMatchObject({ popups: [{ url: POPUP }] });
  });

  it('that was closed again before anybody was told of it is not told', async () => {
    onClick = () => void world.driver.openPopup(page, POPUP).close();

    expect((await click()).data).not.toHaveProperty('popups');
    expect(await tabsOf()).toHaveLength(1);
  });

  it('of a page that is being opened is told by the answer', async () => {
    const { data } = await world.run(world.alice, 'primitive.tab.open', { url: 'https://eager.test/' });

    expect(data).toMatchObject({ popups: [{ url: POPUP }] });
  });

  it('of a page that could not be opened goes with it', async () => {
    const failed = await world.run(world.alice, 'primitive.tab.open', { url: 'https://eager-and-down.test/' });

    expect(failed).toMatchObject({ code: 'tab_crashed' });
    expect(world.driver.open).toEqual([page]);
    expect(await tabsOf()).toHaveLength(1);
  });

  it('of a pop-up of a page that could not be opened goes with it as well, and so does one on its way', async () => {
    await world.run(world.alice, 'primitive.tab.open', { url: 'https://line-and-down.test/' });
    late.arrive();

    expect(world.driver.pages).toHaveLength(6);
    expect(world.driver.open).toEqual([page]);
    expect(await tabsOf()).toHaveLength(1);
  });

  it('of a page that is only read is closed as it comes, with a warning', async () => {
    const read = await world.run(world.alice, READ, { url: 'https://eager.test/' });

    expect(read).toMatchObject({
      data: { text: 'Eager' },
      warnings: ['A pop-up of the page was closed as it came: a page that is only read keeps none.'],
    });
    expect(world.driver.open).toEqual([page]);
  });

  it('stays when its opener is closed', async () => {
    const [popup] = (await click()).popups;

    await run('primitive.tab.close');

    expect(await run(READ, {}, popup!.tabSessionId)).toMatchObject({ ok: true });
  });

  it('shows its own dialog and hinders no other tab', async () => {
    onClick = () => world.driver.openPopup(page, POPUP).openDialog({ message: 'hello' });
    const [popup] = (await click()).popups;

    expect(await run(READ, {}, popup!.tabSessionId)).toMatchObject({ code: 'dialog_open' });
    expect(await run(READ)).toMatchObject({ ok: true });
    expect(await tabsOf()).toMatchObject([{}, { dialog: { message: 'hello' } }]);
  });
});

describe('a pop-up that takes its time', () => {
  it('is told and listed when it is there', async () => {
    const { arrive } = world.driver.beginPopup(page, POPUP);
    onClick = () => undefined;
    expect((await click()).popups).toEqual([]);
    expect(await tabsOf()).toHaveLength(1);

    arrive();

    expect((await click()).popups).toMatchObject([{ url: POPUP }]);
    expect(await tabsOf()).toHaveLength(2);
  });

  it('and never comes is closed, with a warning', async () => {
    const { popup } = world.driver.beginPopup(page, POPUP);
    await world.pass(POPUP_WAIT_MS_MAX - 1);
    expect(popup.isGone).toBe(false);

    await world.pass(1);

    expect(popup.isGone).toBe(true);
    expect(await run(READ)).toMatchObject({ warnings: ['A pop-up that did not load was closed after 40 s.'] });
  });

  it('has no time running any more when it is there, or gone', async () => {
    const before = world.relay.clock.armedCount;
    world.driver.beginPopup(page, POPUP).arrive();
    await world.driver.beginPopup(page, POPUP).popup.close();

    expect(world.relay.clock.armedCount).toBe(before);
  });

  it.each([{}, { force: true }])('does not come when its opener is closed: %j', async (input) => {
    const { popup } = world.driver.beginPopup(page, POPUP);

    await run('primitive.tab.close', input);

    expect(popup.isGone).toBe(true);
  });

  it('comes all the same when its opener closed itself', async () => {
    const { popup, arrive } = world.driver.beginPopup(page, POPUP);
    await page.close();

    arrive();

    expect(popup.isGone).toBe(false);
    expect(await tabsOf()).toHaveLength(1);
  });
});

describe('pop-ups count', () => {
  /** Slowly enough for the pace of each tab. */
  async function fill(count: number, from: ScriptedPage): Promise<void> {
    for (let left = count; left > 0; left -= POPUPS_IN_PERIOD_MAX) {
      for (let n = 0; n < Math.min(left, POPUPS_IN_PERIOD_MAX); n += 1) world.driver.openPopup(from, POPUP);
      await world.pass(POPUPS_PERIOD_MS);
    }
  }

  it('among the tabs of their owner: one too many is closed as it comes, with a warning', async () => {
    await fill(TABS_PER_OWNER_MAX - 1, page);
    expect(world.driver.open).toHaveLength(TABS_PER_OWNER_MAX);

    const clicked = await click();

    expect(clicked.warnings).toEqual([TOO_MANY_TABS]);
    expect(world.driver.open).toHaveLength(TABS_PER_OWNER_MAX);
    expect(await world.run(world.alice, 'primitive.tab.open')).toMatchObject({ code: 'too_many_tabs' });
  });

  it('also while they are on their way, until they are gone', async () => {
    await fill(TABS_PER_OWNER_MAX - 2, page);
    const { popup } = world.driver.beginPopup(page, POPUP);
    expect(await world.run(world.alice, 'primitive.tab.open')).toMatchObject({ code: 'too_many_tabs' });

    await popup.close();

    expect(await world.run(world.alice, 'primitive.tab.open')).toMatchObject({ ok: true });
  });

  it('among the tabs of the node', () => {
    const tabs = new TabRegistry({ newId: (prefix) => `${prefix}_1`, clock: world.relay.clock });
    const { life } = tabs.expect('alice');
    const frees = Array.from({ length: TABS_PER_NODE_MAX - 1 }, (_, n) => tabs.takePlace(`owner ${n}`));

    expect(life.popupComing()).toBeUndefined();
    expect(life.warnings.takeAll()).toEqual([TOO_MANY_TABS]);
    frees[0]?.();
    expect(life.popupComing()).toBeDefined();
  });

  it('towards a pace: more at once are closed as they come, with one warning, and later ones are not', async () => {
    onClick = () => {
      for (let n = 0; n < 1_000; n += 1) world.driver.openPopup(page, POPUP);
    };

    const clicked = await click();

    expect(clicked.popups).toHaveLength(POPUPS_IN_PERIOD_MAX);
    expect(clicked.warnings).toEqual([TOO_FAST]);
    expect(world.driver.open).toHaveLength(1 + POPUPS_IN_PERIOD_MAX);
    await world.pass(POPUPS_PERIOD_MS);
    expect(world.driver.openPopup(page, POPUP).isGone).toBe(false);
  });

  it('towards the pace of the tab that they come from, however long the chain, also when they close', async () => {
    let last = page;
    for (let n = 0; n < POPUPS_IN_PERIOD_MAX; n += 1) {
      const next = world.driver.openPopup(last, POPUP);
      if (last !== page) await last.close();
      last = next;
    }

    expect(world.driver.openPopup(last, POPUP).isGone).toBe(true);
    const [, popup] = await tabsOf();
    expect(await run(READ, {}, popup!.tabSessionId)).toMatchObject({ warnings: [TOO_FAST] });
  });
});

describe('a pop-up of a pop-up that is on its way itself', () => {
  let first: typeof late;

  beforeEach(() => {
    first = world.driver.beginPopup(page, POPUP);
    late = world.driver.beginPopup(first.popup, POPUP);
  });

  async function expectNone(): Promise<void> {
    late.arrive();
    expect(late.popup.isGone).toBe(true);
    expect(world.driver.openPopup(first.popup, POPUP).isGone).toBe(true);
    expect(world.driver.open).toEqual([]);
  }

  it('does not come when the controller left', async () => {
    world.alice.drop();
    await world.pass(5_000);

    await expectNone();
  });

  it.each([{}, { force: true }])('does not come when the tab is closed: %j', async (input) => {
    await run('primitive.tab.close', input);

    await expectNone();
  });

  it('does not come when the node stops', async () => {
    await world.node.stop();
    await settled();

    await expectNone();
  });

  it('does not come when the controller left after the first one closed itself', async () => {
    await first.popup.close();
    world.alice.drop();
    await world.pass(5_000);

    late.arrive();

    expect(world.driver.open).toEqual([]);
  });

  it('has a place no more when it went', async () => {
    await late.popup.close();
    await first.popup.close();
    const free = TABS_PER_OWNER_MAX - 1;

    for (let n = 0; n < free; n += 1) await world.open(world.alice);

    expect(await world.run(world.alice, 'primitive.tab.open')).toMatchObject({ code: 'too_many_tabs' });
    expect(world.driver.open).toHaveLength(TABS_PER_OWNER_MAX);
  });
});

describe('the clean-up', () => {
  it('of a controller that left closes its pop-ups as well, and those on their way', async () => {
    await click();
    const { popup, arrive } = world.driver.beginPopup(page, POPUP);

    world.alice.drop();
    await world.pass(5_000);
    arrive();

    expect(popup.isGone).toBe(true);
    expect(world.driver.open).toEqual([]);
  });

  it('leaves none that a page opens while it is closed', async () => {
    const late: ScriptedPage[] = [];
    const { close } = page;
    page.close = () => {
      late.push(world.driver.openPopup(page, POPUP));
      return close.call(page);
    };

    world.alice.drop();
    await world.pass(5_000);

    expect(late).toHaveLength(1);
    expect(world.driver.open).toEqual([]);
  });

  it('of a node that stops closes pop-ups, and those on their way', async () => {
    await click();
    world.driver.beginPopup(page, POPUP);

    await world.node.stop();
    await settled();

    expect(world.driver.open).toEqual([]);
  });
});
