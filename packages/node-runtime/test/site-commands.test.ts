import { OttoError, siteCommandTimeoutMs } from '@telepat/otto-protocol';
import { SITE_COMMAND_MESSAGE_LENGTH_MAX, TABS_PER_OWNER_MAX } from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { describe, expect, it } from 'vitest';
import {
  READABLE_PAGE_METHODS,
  SiteCommandError,
  defineSiteCommand,
  type LoginCheckContext,
  type SiteCommand,
  type SiteCommandContext,
} from '../src/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const SITE = {
  'https://shop.test/': { title: 'Shop', text: 'Teapots', elements: { '.price': '£3' }, values: { two: 2 } },
  'https://shop.test/offers': { title: 'Offers' },
  'https://shop.test/account': { title: 'Account' },
  'https://moved.test/': { redirectsTo: 'https://shop.test/' },
  'https://down.test/': { fails: 'navigation_failed' as const },
  'https://bug.test/': { breaks: new Error('a secret of the machine') },
};

const OFFERS = 'https://shop.test/offers';

/** A command of shop.test that does what it is told, as a plug-in in plain JavaScript could. */
function command(parts: Partial<SiteCommand> & Pick<SiteCommand, 'execute'>): SiteCommand {
  return { site: 'shop.test', id: 'work', displayName: 'Work', description: 'Works.', ...parts };
}

function run(world: NodeWorld, payload: object = {}, tab?: string) {
  return world.run(world.alice, 'command.run', { site: 'shop.test', command: 'work', ...payload }, tab);
}

/** Calls everything that a page has, with something that each of them takes, and gives the names. */
async function callAll(page: object): Promise<string[]> {
  const names = [...Object.keys(page), ...Object.getOwnPropertyNames(Object.getPrototypeOf(page))];
  const methods = names.filter((name) => name !== 'constructor' && !Object.hasOwn(Object.prototype, name));
  for (const name of methods) {
    const method: unknown = Reflect.get(page, name);
    const [target, options] = ARGUMENTS[name] ?? ['.price'];
    if (typeof method !== 'function') continue;
    // Not what each gives is of interest, but what it touched.
    await Promise.resolve(Reflect.apply(method, page, [target, options])).catch(() => undefined);
  }
  return methods;
}

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  goto: ['https://shop.test/'],
  press: ['Enter'],
  fill: ['#name', 'x'],
  type: ['#name', 'x'],
  select: ['#name', ['x']],
  snapshot: [{}],
  waitFor: [{ selector: '.price' }],
};

describe('command.list', () => {
  const offers = command({ id: 'offers', startUrl: OFFERS, execute: () => [], tags: ['cheap'], origin: 'user' });
  const elsewhere = command({ site: 'other.test', execute: () => [] });

  it('describes the commands of all sites or of one', async () => {
    const world = await nodeWorld(SITE, [command({ execute: () => [] }), offers, elsewhere]);

    const all = await world.run(world.alice, 'command.list');
    const ofShop = await world.run(world.alice, 'command.list', { site: 'Shop.Test' });

    const work = {
      site: 'shop.test',
      id: 'work',
      displayName: 'Work',
      description: 'Works.',
      tags: [],
      requiresAuth: false,
    };
    const descriptor = { ...work, id: 'offers', tags: ['cheap'], startUrl: OFFERS, origin: 'user' };
    expect(ofShop.data).toEqual({ commands: [work, descriptor] });
    expect(all.data).toEqual({ commands: [work, descriptor, { ...work, site: 'other.test' }] });
  });

  it('of a site that is not known is an error', async () => {
    const world = await nodeWorld(SITE, [offers]);

    expect(await world.run(world.alice, 'command.list', { site: 'nowhere.test' })).toMatchObject({
      code: 'unknown_site',
      effect: 'none',
      message: expect.stringContaining('nowhere.test'),
    });
  });

  it('lists, of two with the same name, the first, and that is the one that runs', async () => {
    const own = command({ displayName: 'Own', execute: () => 'own', origin: 'user' });
    const bundled = command({ displayName: 'Bundled', execute: () => 'bundled', origin: 'bundled' });
    const world = await nodeWorld(SITE, [own, bundled]);

    const { data } = await world.run(world.alice, 'command.list');

    expect(data['commands']).toMatchObject([{ displayName: 'Own', origin: 'user' }]);
    expect(await run(world)).toMatchObject({ data: 'own' });
  });
});

describe('without a tab', () => {
  it('a command gets one at the start of its site, which goes with it', async () => {
    const world = await nodeWorld(SITE, [command({ execute: async ({ page }) => ({ text: await page.text() }) })]);

    expect(await run(world)).toMatchObject({ ok: true, data: { text: 'Teapots' } });
    expect(world.driver.pages.map((page) => page.url())).toEqual(['https://shop.test/']);
    expect(world.driver.open).toEqual([]);
  });

  it('a command is told no name of its tab, and in a named one it is', async () => {
    const name = ({ tabSessionId }: SiteCommandContext) => ({ tabSessionId });
    const world = await nodeWorld(SITE, [command({ execute: name })]);
    const tab = await world.open(world.alice, 'https://shop.test/');

    expect((await run(world)).data).toEqual({});
    expect((await run(world, {}, tab)).data).toEqual({ tabSessionId: tab });
  });

  it('it starts at the page that the command names', async () => {
    const world = await nodeWorld(SITE, [command({ startUrl: OFFERS, execute: ({ page }) => page.url() })]);

    expect(await run(world)).toMatchObject({ data: OFFERS });
  });

  it('its tab counts among those of the caller', async () => {
    const world = await nodeWorld(SITE, [command({ execute: () => 'ran' })]);
    for (let count = 0; count < TABS_PER_OWNER_MAX; count += 1) await world.open(world.alice, 'about:blank');

    expect(await run(world)).toMatchObject({ code: 'too_many_tabs', effect: 'none' });
    const ofBob = await world.run(world.bob, 'command.run', { site: 'shop.test', command: 'work' });
    expect(ofBob).toMatchObject({ data: 'ran' });
  });

  it('and its place is free again, however the command ended', async () => {
    const ends = [() => 'ran', () => Promise.reject(new Error('broken'))];
    const world = await nodeWorld(SITE, [command({ execute: () => ends[0]!() })]);
    for (let count = 0; count < TABS_PER_OWNER_MAX + 3; count += 1) {
      ends.reverse();
      await run(world);
    }

    expect(await run(world)).not.toMatchObject({ code: 'too_many_tabs' });
    expect(world.driver.open).toEqual([]);
  });

  it('a start that sends the tab elsewhere is a mismatch, and has had no effect', async () => {
    const world = await nodeWorld(SITE, [command({ site: 'moved.test', execute: () => 'ran' })]);

    expect(await run(world, { site: 'moved.test' })).toMatchObject({ code: 'site_mismatch', effect: 'none' });
    expect(world.driver.open).toEqual([]);
  });

  it('a start that cannot be loaded can be tried again', async () => {
    const world = await nodeWorld(SITE, [command({ site: 'down.test', execute: () => 'ran' })]);

    const answer = await run(world, { site: 'down.test' });

    expect(answer).toMatchObject({ code: 'navigation_failed', effect: 'none', retryable: true });
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)'])('a start at %s is not opened', async (startUrl) => {
    const world = await nodeWorld(SITE, [command({ startUrl, execute: () => 'ran' })]);

    expect(await run(world)).toMatchObject({ code: 'invalid_action_input' });
    expect(world.driver.pages).toEqual([]);
  });

  it('a command that is cancelled leaves no tab', async () => {
    const world = await nodeWorld(SITE, [command({ execute: () => new Promise(() => {}) })]);
    const requestId = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' });
    await settled();
    expect(world.driver.open).toHaveLength(1);

    world.alice.cancel(requestId);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
    expect(world.driver.open).toEqual([]);
  });
});

describe('in a tab', () => {
  it('a command takes its turn, and the next one waits for it', async () => {
    let goOn: () => void = () => {};
    const waits = () => new Promise<void>((resolve) => (goOn = resolve));
    const world = await nodeWorld(SITE, [command({ execute: waits })]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    const release = world.driver.pages[0]!.hold();
    const reading = world.send(world.alice, 'primitive.dom.extract_text', {}, tab);
    const working = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab);
    const after = world.send(world.bob, 'primitive.dom.extract_text', {}, tab);
    await settled();
    expect(world.alice.terminals(reading)).toEqual([]);

    release();
    await settled();
    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true });
    expect(world.bob.terminals(after)).toEqual([]);
    goOn();
    await settled();

    expect(world.answer(world.alice, working)).toMatchObject({ ok: true });
    expect(world.answer(world.bob, after)).toMatchObject({ ok: true });
    expect(world.driver.open).toHaveLength(1);
  });

  it('of a subdomain a command runs too', async () => {
    const site = { 'https://www.shop.test/': { title: 'Shop' } };
    const world = await nodeWorld(site, [command({ execute: ({ page }) => page.url() })]);
    const tab = await world.open(world.alice, 'https://www.shop.test/');

    expect(await run(world, {}, tab)).toMatchObject({ data: 'https://www.shop.test/' });
  });
});

describe('the input', () => {
  it('is given as it was, and nothing more', async () => {
    const seen: unknown[] = [];
    const fields = [
      { name: 'list', type: 'array', description: '' },
      { name: 'facts', type: 'object', description: '' },
      { name: 'isNew', type: 'boolean', description: '' },
      { name: 'constructor', type: 'string', description: '', optional: true },
    ] as const;
    const world = await nodeWorld(SITE, [
      command({ inputFields: fields, execute: ({ input }) => void seen.push(input, input['constructor'] === Object) }),
    ]);

    await run(world, { input: { list: [1], facts: { a: 1 }, isNew: false } });

    expect(seen).toEqual([{ list: [1], facts: { a: 1 }, isNew: false }, true]);
  });

  it.each([
    [{}, 'missing_command_input', /^query: required/],
    [{ query: 1 }, 'invalid_command_input_type', /^query: must be of type string, and is number/],
    [{ query: null }, 'invalid_command_input_type', /query.*null/],
    [{ query: ['a'] }, 'invalid_command_input_type', /query.*array/],
    [{ query: 'a', limit: '3' }, 'invalid_command_input_type', /^limit: .*number.*string/],
    [{ query: 'a', deep: [] }, 'invalid_command_input_type', /^deep: .*object.*array/],
    [{ query: 'a', Query: 'b' }, 'unexpected_command_input', /^Query: .*it takes query, limit, deep/],
  ])('%j is %s, and the message names the field', async (input, code, message) => {
    const inputFields = [
      { name: 'query', type: 'string', description: '' },
      { name: 'limit', type: 'number', description: '', optional: true },
      { name: 'deep', type: 'object', description: '', optional: true },
    ] as const;
    const world = await nodeWorld(SITE, [command({ inputFields, execute: () => 'ran' })]);

    const answer = await run(world, { input });

    expect(answer).toMatchObject({ code, effect: 'none', message: expect.stringMatching(message) });
  });

  it('of a command that declares no fields must be empty', async () => {
    const world = await nodeWorld(SITE, [command({ execute: () => 'ran' })]);

    expect(await run(world, { input: { a: 1 } })).toMatchObject({ code: 'unexpected_command_input' });
    expect(await run(world, { input: {} })).toMatchObject({ data: 'ran' });
  });

  it('of a controller that makes up many long names does not come back as a whole', async () => {
    const world = await nodeWorld(SITE, [command({ execute: () => 'ran' })]);
    const input = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}${'x'.repeat(5_000)}`, 1]));

    const answer = await run(world, { input });

    expect(String(answer['message']).length).toBeLessThan(3_000);
    expect(answer['message']).toContain('and 490 more');
  });
});

describe('a command that needs a login', () => {
  /** Somebody is logged in where the page is one of these. */
  const guarded = (pages: readonly string[], parts: Partial<SiteCommand['login']> = {}) => {
    const asked: string[] = [];
    const isLoggedIn: NonNullable<SiteCommand['login']>['isLoggedIn'] = async ({ page }) => {
      asked.push(await page.title());
      return pages.includes(await page.title());
    };
    return {
      asked,
      guard: command({ requiresAuth: true, login: { isLoggedIn, ...parts }, execute: ({ page }) => page.title() }),
    };
  };
  const probe = { probeUrl: 'https://shop.test/account' };

  it.each([
    ['auto', [], {}, { code: 'manual_login_required', effect: 'none' }, ['Shop'], 'Shop'],
    ['auto', ['Shop'], probe, { data: 'Shop' }, ['Shop'], 'Shop'],
    ['auto', ['Account'], probe, { data: 'Shop' }, ['Shop', 'Account'], 'Shop'],
    ['auto', [], probe, { code: 'manual_login_required' }, ['Shop', 'Account'], 'Shop'],
    ['strict_fail', ['Account'], probe, { code: 'manual_login_required', effect: 'none' }, ['Shop'], 'Shop'],
    ['strict_fail', ['Shop'], probe, { data: 'Shop' }, ['Shop'], 'Shop'],
    ['skip', [], probe, { data: 'Shop' }, [], 'Shop'],
  ])('with authMode %s, logged in at %j, probe %j: %j', async (authMode, pages, parts, outcome, asked, title) => {
    const { guard, asked: seen } = guarded(pages, parts);
    const world = await nodeWorld(SITE, [guard]);
    const tab = await world.open(world.alice, 'https://shop.test/');

    expect(await run(world, { authMode }, tab)).toMatchObject(outcome);
    expect(seen).toEqual(asked);
    expect(await world.driver.pages[0]!.title()).toBe(title);
  });

  it('is checked also when nothing is said about that', async () => {
    const { guard } = guarded([]);
    const world = await nodeWorld(SITE, [guard]);

    const answer = await run(world);

    expect(answer).toMatchObject({ code: 'manual_login_required', message: expect.stringContaining('shop.test') });
  });

  it('does not run when nothing can tell', async () => {
    const world = await nodeWorld(SITE, [command({ requiresAuth: true, execute: () => 'ran' })]);

    expect(await run(world)).toMatchObject({ code: 'manual_login_required' });
    expect(await run(world, { authMode: 'skip' })).toMatchObject({ data: 'ran' });
  });

  it('is not taken for logged in by an answer that is not exactly yes', async () => {
    const isLoggedIn = () => JSON.parse('"perhaps"');
    const world = await nodeWorld(SITE, [command({ requiresAuth: true, login: { isLoggedIn }, execute: () => 'ran' })]);

    expect(await run(world)).toMatchObject({ code: 'manual_login_required' });
  });

  it('is checked by looking alone: whatever the check calls, nothing is typed, pressed, opened or run', async () => {
    const looks: string[] = [];
    const touched: string[] = [];
    let touchedByCheck: string[] | undefined;
    const isLoggedIn = async ({ page }: LoginCheckContext) => {
      looks.push(...(await callAll(page)));
      touchedByCheck = [...touched];
      return true;
    };
    const world = await nodeWorld(SITE, [
      command({ requiresAuth: true, login: { isLoggedIn }, execute: async ({ page }) => void (await callAll(page)) }),
    ]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    const page = world.driver.pages[0]!;
    for (const name of ['act', 'navigate', 'move', 'evaluate', 'snapshot'] as const) {
      const touch = () => Promise.reject(new Error(`${touched.push(name)} times touched`));
      Object.assign(page, { [name]: touch });
    }

    await run(world, { authMode: 'strict_fail' }, tab);

    expect(looks).toEqual(READABLE_PAGE_METHODS);
    // The command itself can do all of it, so that a check that could would have been seen.
    expect(touchedByCheck).toEqual([]);
    expect([...new Set(touched)].sort()).toEqual(['act', 'evaluate', 'move', 'navigate', 'snapshot']);
  });

  it('can be checked by whether an element is there', async () => {
    const isLoggedIn = async ({ page }: LoginCheckContext) => (await page.has('.price')) && !(await page.has('#login'));
    const world = await nodeWorld(SITE, [command({ requiresAuth: true, login: { isLoggedIn }, execute: () => 'ran' })]);

    expect(await run(world)).toMatchObject({ data: 'ran' });
  });

  it.each([
    ['a probe page that cannot be loaded', 'https://down.test/', [false], 'navigation_failed'],
    ['a check that breaks there', 'https://shop.test/account', [false, new Error('broken')], 'script_failed'],
  ])('has its tab back after %s', async (_case, probeUrl, answers, code) => {
    const left = [...answers];
    const isLoggedIn = () => {
      const next = left.shift();
      if (next instanceof Error) throw next;
      return next === true;
    };
    const world = await nodeWorld(SITE, [
      command({ requiresAuth: true, login: { probeUrl, isLoggedIn }, execute: () => 1 }),
    ]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    const page = world.driver.pages[0]!;
    const navigate = page.navigate.bind(page);
    const visited: string[] = [];
    page.navigate = (options) => {
      visited.push(options.url);
      return navigate(options);
    };

    expect(await run(world, {}, tab)).toMatchObject({ code, effect: 'unknown' });
    expect(visited).toEqual([probeUrl, 'https://shop.test/']);
    expect(page.url()).toBe('https://shop.test/');
  });

  it('whose check is broken says so as a script does', async () => {
    const isLoggedIn = () => Promise.reject(new TypeError('no such thing'));
    const world = await nodeWorld(SITE, [command({ requiresAuth: true, login: { isLoggedIn }, execute: () => 'ran' })]);

    expect(await run(world)).toMatchObject({ code: 'script_failed', message: 'no such thing', effect: 'none' });
  });
});

describe('a command that needs a host', () => {
  const site = {
    ...SITE,
    'https://old.shop.test/': { title: 'Old' },
    'http://old.shop.test/': { title: 'Old, plain' },
    'https://old.shop.test/offers': { title: 'Old offers' },
  };
  const titled = (parts: Partial<SiteCommand>) => command({ ...parts, execute: ({ page }) => page.title() });

  it('finds its tab there', async () => {
    const world = await nodeWorld(site, [titled({ preloadHost: 'old.shop.test' })]);
    const tab = await world.open(world.alice, 'https://shop.test/');

    expect(await run(world, {}, tab)).toMatchObject({ data: 'Old' });
  });

  it('finds it where it was when it is there already', async () => {
    const world = await nodeWorld(site, [titled({ preloadHost: 'shop.test' })]);
    const tab = await world.open(world.alice, OFFERS);

    expect(await run(world, {}, tab)).toMatchObject({ data: 'Offers' });
  });

  it.each([
    ['at its start page, if that is on this host', 'https://old.shop.test/offers', 'Old offers'],
    ['at the root else, as the site is reached', 'http://shop.test/', 'Old, plain'],
  ])('finds it %s', async (_case, startUrl, title) => {
    const world = await nodeWorld(site, [titled({ startUrl, preloadHost: 'old.shop.test' })]);
    const tab = await world.open(world.alice, 'https://shop.test/');

    expect(await run(world, {}, tab)).toMatchObject({ data: title });
  });

  it('and does not get there, does not run; the tab may have moved', async () => {
    const astray = { ...site, 'https://old.shop.test/': { redirectsTo: 'https://shop.test/offers' } };
    const world = await nodeWorld(astray, [titled({ preloadHost: 'old.shop.test' })]);
    const tab = await world.open(world.alice, 'https://shop.test/');

    expect(await run(world, {}, tab)).toMatchObject({ code: 'preload_host_mismatch', effect: 'unknown' });
    expect(await run(world)).toMatchObject({ code: 'preload_host_mismatch', effect: 'none' });
  });
});

describe('the time of a command', () => {
  const timeoutPolicy = { defaultMs: 5_000, scaling: { inputField: 'pages', baseMs: 1_000, perUnitMs: 1_000 } };
  const inputFields = [{ name: 'pages', type: 'number', description: '', optional: true }] as const;
  const endless = command({ timeoutPolicy, inputFields, execute: () => new Promise(() => {}) });

  it.each([{}, { pages: 2 }])('ends by its own policy, for %j', async (input) => {
    const world = await nodeWorld(SITE, [endless]);
    const payload = { site: 'shop.test', command: 'work', input };
    const requestId = world.send(world.alice, 'command.run', payload, undefined, 60_000);
    await settled();
    const ms = siteCommandTimeoutMs(timeoutPolicy, input)!;

    world.relay.clock.advance(ms - 1);
    await settled();
    expect(world.alice.terminals(requestId)).toEqual([]);
    world.relay.clock.advance(1);
    await settled();

    const outcome = { code: 'command_timed_out', commandOutcome: 'timed_out', effect: 'unknown' };
    expect(world.answer(world.alice, requestId)).toMatchObject({
      ...outcome,
      message: expect.stringContaining(`${ms} ms`),
    });
    expect(world.driver.open).toEqual([]);
  });

  it('is never longer than its sender allows', async () => {
    const world = await nodeWorld(SITE, [endless]);
    const payload = { site: 'shop.test', command: 'work', input: {} };
    const requestId = world.send(world.alice, 'command.run', payload, undefined, 2_000);
    await settled();

    world.relay.clock.advance(2_000);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_timed_out' });
    expect(world.driver.open).toEqual([]);
  });

  it('is measured from its turn in the tab', async () => {
    const world = await nodeWorld(SITE, [endless]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    const release = world.driver.pages[0]!.hold();
    world.send(world.alice, 'primitive.dom.extract_text', {}, tab);
    const payload = { site: 'shop.test', command: 'work', input: {} };
    const requestId = world.send(world.alice, 'command.run', payload, tab, 60_000);
    await settled();
    world.relay.pass(4_000);
    release();
    await settled();

    world.relay.pass(4_999);
    await settled();
    expect(world.alice.terminals(requestId)).toEqual([]);
    world.relay.pass(1);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_timed_out' });
  });

  it('is told to it by its signal', async () => {
    const reasons: unknown[] = [];
    const listens = command({
      timeoutPolicy,
      execute: ({ signal }) => new Promise(() => signal.addEventListener('abort', () => reasons.push(signal.reason))),
    });
    const world = await nodeWorld(SITE, [listens]);
    world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' });
    await settled();

    world.relay.clock.advance(5_000);
    await settled();

    expect(reasons).toMatchObject([{ code: 'command_timed_out' }]);
  });

  it('leaves no timer when the command is done', async () => {
    const world = await nodeWorld(SITE, [
      command({ timeoutPolicy, execute: ({ page }) => page.waitFor({ text: 'x' }) }),
    ]);
    const runAndSettle = async () => {
      await run(world);
      // The one that asks whether the outcome has arrived.
      world.relay.clock.advance(300);
      await settled();
    };
    // The relay's own timer for deadlines of this length stays until it goes off.
    await runAndSettle();
    const armed = world.relay.clock.armedCount;

    await runAndSettle();

    expect(world.relay.clock.armedCount).toBe(armed);
  });
});

describe('a command that goes on when it should not', () => {
  it('settles at once, the tab is free, and its page is closed to it', async () => {
    const kept: SiteCommandContext[] = [];
    const stubborn = command({
      execute: (context) => {
        kept.push(context);
        return new Promise(() => {});
      },
    });
    const world = await nodeWorld(SITE, [stubborn]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    const requestId = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab);
    await settled();

    world.alice.cancel(requestId);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_cancelled' });
    expect(await world.run(world.bob, 'primitive.dom.extract_text', {}, tab)).toMatchObject({ ok: true });
    const [{ page }] = kept as [SiteCommandContext];
    await expect(page.goto(OFFERS)).rejects.toMatchObject({ code: 'tab_closed' });
    await expect(page.url()).rejects.toMatchObject({ code: 'tab_closed' });
    expect(world.driver.pages[0]!.url()).toBe('https://shop.test/');
  });

  it('after its end finds its page closed as well', async () => {
    let kept: SiteCommandContext | undefined;
    const world = await nodeWorld(SITE, [command({ execute: (context) => void (kept = context) })]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    await run(world, {}, tab);

    await expect(kept?.page.click('.price')).rejects.toMatchObject({ code: 'tab_closed' });
    expect(world.driver.pages[0]!.inputs).toEqual([]);
  });

  it('by not waiting for what it asked of the page has that stopped before the next one begins', async () => {
    const crashes: unknown[] = [];
    const world = await nodeWorld(SITE, [
      command({
        execute: ({ page }) => {
          world.driver.pages[0]!.hold();
          page.text().catch((error: unknown) => crashes.push(error));
          void page.title();
          void page.click('.price');
          return 'done';
        },
      }),
    ]);
    const tab = await world.open(world.alice, 'https://shop.test/');

    const answer = await run(world, {}, tab);

    expect(answer).toMatchObject({ data: 'done' });
    expect(crashes).toMatchObject([{ code: 'tab_closed' }]);
    expect(world.driver.pages[0]!.inputs).toEqual([]);
  });

  it('ends with tab_closed when its tab is closed by force', async () => {
    const world = await nodeWorld(SITE, [command({ execute: () => new Promise(() => {}) })]);
    const tab = await world.open(world.alice, 'https://shop.test/');
    const requestId = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab);
    await settled();

    await world.run(world.alice, 'primitive.tab.close', { force: true }, tab);

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'tab_closed' });
  });
});

describe('the failure of a command', () => {
  const failing = async (thrown: unknown) => {
    const execute = () => {
      throw thrown;
    };
    const world = await nodeWorld(SITE, [command({ execute })]);
    return { world, answer: await run(world) };
  };
  const own = (code: string) => Object.assign(new Error('from a plug-in'), { name: 'SiteCommandError', code });

  it.each([
    ['an error of Otto', new OttoError('element_not_found'), 'element_not_found', 'execution'],
    ['a code of its own', new SiteCommandError('sold_out', 'Nothing is left.'), 'sold_out', 'execution'],
    ['the same without the class', own('sold_out'), 'sold_out', 'execution'],
    ['a code that it can meet', own('manual_login_required'), 'manual_login_required', 'execution'],
  ])('with %s passes', async (_case, thrown, code, category) => {
    const { answer, world } = await failing(thrown);

    expect(answer).toMatchObject({ code, category, retryable: false, effect: 'unknown', commandOutcome: 'failed' });
    expect(answer['message']).toBe((thrown as Error).message);
    expect(world.log).toEqual([]);
  });

  it.each([
    ['an error', new TypeError('x is not a function'), 'x is not a function'],
    ['a text', 'just words', 'just words'],
    ['nothing', undefined, 'undefined'],
    ['an error without a message', new Error(''), 'The site command failed without a word.'],
    ['what cannot be written', Object.create(null), 'The site command threw something that is no error.'],
    [
      'a code of the relay',
      own('controller_revoked'),
      expect.stringContaining('"controller_revoked" is no code of its own'),
    ],
    ['a time-out of its own making', own('command_timed_out'), expect.stringContaining('no code of its own')],
    ['a code in capitals', own('SOLD_OUT'), expect.stringContaining('no code of its own')],
    ['a code of the system', Object.assign(new Error('no file'), { code: 'ENOENT' }), 'no file'],
  ])('with %s is script_failed', async (_case, thrown, message) => {
    const { answer } = await failing(thrown);

    expect(answer).toMatchObject({ code: 'script_failed', category: 'execution', message, effect: 'unknown' });
  });

  it('has its stack in the log of the host, and not on the wire', async () => {
    const { answer, world } = await failing(new RangeError('too far'));

    const stack = expect.stringContaining('site-commands.test.ts');
    const ids = { requestId: expect.any(String), site: 'shop.test', command: 'work' };
    expect(world.log).toMatchObject([{ type: 'site_command_failed', level: 'warn', ...ids, error: { stack } }]);
    expect(JSON.stringify(answer)).not.toContain('site-commands.test.ts');
    const entries = world.relay.log.entries.filter(({ type }) => type === 'site_command_failed');
    expect(entries).toMatchObject([{ status: 'script_failed', data: { site: 'shop.test', command: 'work' } }]);
    expect(JSON.stringify(entries)).not.toContain('too far');
  });

  it('is not longer than it may be', async () => {
    const { answer } = await failing(new Error('😀'.repeat(SITE_COMMAND_MESSAGE_LENGTH_MAX)));

    // A pair of surrogates less than fits would be torn apart.
    expect(String(answer['message'])).toHaveLength(SITE_COMMAND_MESSAGE_LENGTH_MAX - 1);
    expect(answer['message']).toMatch(/😀…$/u);
  });

  it('by a bug of the driver is ours, and its words stay here', async () => {
    const world = await nodeWorld(SITE, [command({ execute: ({ page }) => page.goto('https://bug.test/') })]);

    const answer = await run(world);

    expect(answer).toMatchObject({ code: 'internal_error' });
    expect(JSON.stringify(answer)).not.toContain('a secret of the machine');
    expect(world.log).toMatchObject([{ type: 'internal_error', error: { message: 'a secret of the machine' } }]);
  });

  it('fail gives a code of its own', async () => {
    const world = await nodeWorld(SITE, [command({ execute: ({ fail }) => fail('no_offers', 'There are none.') })]);

    expect(await run(world)).toMatchObject({ code: 'no_offers', message: 'There are none.' });
  });
});

describe('what a command gives', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;

  it.each([
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['a list', [1, undefined], [1, null]],
    ['null', null, null],
    ['nothing', undefined, {}],
    ['a promise', Promise.resolve('later'), 'later'],
  ])('%s goes to its controller as JSON', async (_case, value, data) => {
    const world = await nodeWorld(SITE, [command({ execute: () => value })]);

    expect((await run(world)).data).toEqual(data);
  });

  it.each([
    ['a circle', circle],
    ['a whole number without bounds', 1n],
  ])('%s is a failure of its own, not of the node', async (_case, value) => {
    const world = await nodeWorld(SITE, [command({ execute: () => value })]);

    const answer = await run(world);

    expect(answer).toMatchObject({ code: 'script_failed', message: expect.stringContaining('as JSON') });
    expect(await run(world)).toMatchObject({ code: 'script_failed' });
  });
});

describe('command.test', () => {
  const stream = { listeners: [{ listener: 'network.http_intercept', options: { site: 'shop.test' } }] };

  it('runs the test of a command, or else the command', async () => {
    const world = await nodeWorld(SITE, [
      command({ execute: () => 'executed', test: () => ({ stream }) }),
      command({ id: 'untested', execute: () => 'executed' }),
    ]);

    const tested = await world.run(world.alice, 'command.test', { site: 'shop.test', command: 'work' });
    const executed = await world.run(world.alice, 'command.test', { site: 'shop.test', command: 'untested' });

    expect(tested.data).toEqual({ stream });
    expect(executed.data).toBe('executed');
    expect(await run(world)).toMatchObject({ data: 'executed' });
  });

  it('keeps what a command is when it is called', async () => {
    class Counter {
      readonly count = 3;
      test() {
        return this.count;
      }
    }
    const counting = Object.assign(new Counter(), command({ execute: () => 'executed' }));
    const world = await nodeWorld(SITE, [counting]);

    const answer = await world.run(world.alice, 'command.test', { site: 'shop.test', command: 'work' });

    expect(answer.data).toBe(3);
  });
});

it('command.reddit_posts is another name for getPosts of reddit.com', async () => {
  const site = { 'https://reddit.com/': { title: 'Reddit' } };
  const inputFields = [{ name: 'limit', type: 'number', description: '' }] as const;
  const getPosts = command({ site: 'reddit.com', id: 'getPosts', inputFields, execute: ({ input }) => input });
  const world = await nodeWorld(site, [getPosts]);
  const without = await nodeWorld(site, []);

  const answer = await world.run(world.alice, 'command.reddit_posts', { input: { limit: 3 } });

  expect(answer.data).toEqual({ limit: 3 });
  expect(await without.run(without.alice, 'command.reddit_posts')).toMatchObject({ code: 'unknown_site' });
});

it('what a command writes goes to the log of its host, and no further', async () => {
  const world = await nodeWorld(SITE, [command({ execute: ({ log }) => log(`found ${'x'.repeat(5_000)}`) })]);

  await run(world);

  const line = { level: 'info', type: 'site_command_log', site: 'shop.test', command: 'work' };
  expect(world.log).toMatchObject([{ ...line, message: expect.stringMatching(/^found xxx/) }]);
  expect(world.log[0]?.message).toHaveLength(SITE_COMMAND_MESSAGE_LENGTH_MAX);
  expect(JSON.stringify(world.relay.log.entries)).not.toContain('found xxx');
});

it('defineSiteCommand gives back what it was given, and knows the types of its input', async () => {
  const defined = defineSiteCommand({
    ...{ site: 'shop.test', id: 'work', displayName: 'Work', description: 'Works.' },
    inputFields: [
      { name: 'query', type: 'string', description: '' },
      { name: 'limit', type: 'number', description: '', optional: true },
    ],
    execute: ({ input }) => `${input.query.toUpperCase()} ${(input.limit ?? 1).toFixed(1)}`,
  });
  const world = await nodeWorld(SITE, [defined]);

  expect(await run(world, { input: { query: 'pots' } })).toMatchObject({ data: 'POTS 1.0' });
});
