import { settled } from '@telepat/otto-relay-link/testing';
import { describe, expect, it } from 'vitest';
import type { ScriptedPage } from '../src/testing/index.js';
import { SiteCommandRegistry, type SiteCommand } from '../src/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const SITE = {
  'https://shop.test/': { title: 'Shop' },
  'https://shop.test/account': { title: 'Account' },
  'https://m.shop.test/': { title: 'Mobile', onLoad: (page: ScriptedPage) => void page.hold() },
};

/** A command that waits for ever, in its own work or in the check of the login. */
function endless(parts: Partial<SiteCommand>): SiteCommand {
  const names = { site: 'shop.test', id: 'work', displayName: 'Work', description: 'Works.' };
  return { ...names, execute: () => new Promise(() => {}), ...parts };
}

const NEVER = { requiresAuth: true, login: { isLoggedIn: () => new Promise<boolean>(() => {}) } } as const;

async function running(parts: Partial<SiteCommand>, isInTab = true) {
  const world = await nodeWorld(SITE, [endless(parts)]);
  const tab = isInTab ? await world.open(world.alice, 'https://shop.test/') : undefined;
  const requestId = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, tab, 60_000);
  await settled();
  return { world, tab, requestId };
}

interface Running {
  readonly world: NodeWorld;
  readonly tab: string | undefined;
  readonly requestId: string;
}

async function outcome({ world, requestId }: Running) {
  await settled();
  return world.answer(world.alice, requestId);
}

/** Everything that ends a command from outside. */
const ENDS: readonly (readonly [string, (running: Running) => unknown])[] = [
  ['command_cancelled', ({ world, requestId }) => world.alice.cancel(requestId)],
  ['command_timed_out', ({ world }) => world.relay.clock.advance(5_000)],
  ['tab_closed', ({ world, tab }) => world.run(world.alice, 'primitive.tab.close', { force: true }, tab)],
  ['dialog_open', ({ world }) => world.driver.pages[0]!.openDialog({ message: 'Sure?' })],
];
const timeoutPolicy = { defaultMs: 5_000 };

describe('a site command that is stopped', () => {
  it.each(ENDS)('while its login is checked has had no effect: %s', async (code, end) => {
    const it = await running({ ...NEVER, timeoutPolicy });

    await end(it);

    expect(await outcome(it)).toMatchObject({ code, effect: 'none' });
  });

  it.each(ENDS)('in its own work may have had one: %s', async (code, end) => {
    const it = await running({ timeoutPolicy });

    await end(it);

    expect(await outcome(it)).toMatchObject({ code, effect: 'unknown' });
  });

  it.each(ENDS)('after its tab was moved for the check may have had one: %s', async (code, end) => {
    const answers = [Promise.resolve(false), new Promise<boolean>(() => {})];
    const login = { probeUrl: 'https://shop.test/account', isLoggedIn: () => answers.shift()! };
    const it = await running({ requiresAuth: true, login, timeoutPolicy });
    expect(it.world.driver.pages[0]!.url()).toBe('https://shop.test/account');

    await end(it);

    expect(await outcome(it)).toMatchObject({ code, effect: 'unknown' });
  });

  it.each(ENDS.slice(0, 2))('while its start page loads has had no effect: %s', async (code, end) => {
    const it = await running({ startUrl: 'https://m.shop.test/', timeoutPolicy }, false);

    await end(it);

    expect(await outcome(it)).toMatchObject({ code, effect: 'none' });
    expect(it.world.driver.open).toEqual([]);
  });

  it('as its checks are done does not begin its own work', async () => {
    let cancel: () => void = () => {};
    let hasRun = false;
    const isLoggedIn = () => {
      cancel();
      return true;
    };
    const command = endless({ requiresAuth: true, login: { isLoggedIn }, execute: () => (hasRun = true) });
    const world = await nodeWorld(SITE, [command]);
    const requestId = world.send(world.alice, 'command.run', { site: 'shop.test', command: 'work' });
    cancel = () => world.alice.cancel(requestId);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_cancelled', effect: 'none' });
    expect(hasRun).toBe(false);
  });

  it('by a failure of its own while the login is checked has had no effect, whatever the code', async () => {
    const isLoggedIn = () =>
      Promise.reject(Object.assign(new Error('Who?'), { name: 'SiteCommandError', code: 'captcha' }));
    const it = await running({ requiresAuth: true, login: { isLoggedIn } });

    expect(await outcome(it)).toMatchObject({ code: 'captcha', message: 'Who?', effect: 'none' });
  });
});

describe('looking up site commands', () => {
  it.each(['command.list', 'command.run', 'command.test'])('ends with its command, for %s', async (action) => {
    const current = () => new Promise<SiteCommandRegistry>(() => {});
    const world = await nodeWorld(SITE, { current });
    const input = action === 'command.list' ? { site: 'shop.test' } : { site: 'shop.test', command: 'work' };
    const requestId = world.send(world.alice, action, input);
    await settled();

    world.alice.cancel(requestId);
    await settled();

    expect(world.answer(world.alice, requestId)).toMatchObject({ code: 'command_cancelled', effect: 'none' });
  });

  it('asks for those of one site where only those are wanted', async () => {
    const asked: unknown[] = [];
    const current = (wanted: unknown) => {
      asked.push(wanted);
      return Promise.resolve(new SiteCommandRegistry());
    };
    const world = await nodeWorld(SITE, { current });

    await world.run(world.alice, 'command.list');
    await world.run(world.alice, 'command.list', { site: 'Shop.Test' });
    await world.run(world.alice, 'command.run', { site: 'shop.test', command: 'work' });

    expect(asked).toEqual([{}, { site: 'shop.test' }, { site: 'shop.test' }]);
  });
});
