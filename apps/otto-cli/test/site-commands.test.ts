import type { SiteCommand, SiteCommandContext } from '@telepat/otto-node-runtime';
import type { ScriptedDriver } from '@telepat/otto-node-runtime/testing';
import { describe, expect, it } from 'vitest';
import { Interruption } from '../src/interruption.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess, type RelayInProcess } from './relay-in-process.js';
import { scriptedBrowserNode } from './scripted-browser-node.js';

const SITE = { 'http://shop.test/start': { title: 'Shop', text: 'Teapots' } };
const NAMES = { site: 'shop.test', displayName: 'W', startUrl: 'http://shop.test/start' };

/** Reads, and takes as long as it says. */
const readShop: SiteCommand = {
  ...NAMES,
  id: 'read',
  description: 'Reads the shop.',
  origin: 'user',
  inputFields: [
    { name: 'word', type: 'string', description: 'A word.' },
    { name: 'pages', type: 'number', description: 'How many.', optional: true },
  ],
  timeoutPolicy: { scaling: { inputField: 'pages', baseMs: 1_000, perUnitMs: 500 } },
  execute: async ({ page, input }) => ({ text: await page.text(), word: input['word'] }),
};

/** Declares a stream over its own tab. */
const watchShop: SiteCommand = {
  ...NAMES,
  id: 'watch',
  description: 'Watches the shop.',
  execute: () => ({}),
  test: ({ tabSessionId }: SiteCommandContext) => ({
    stream: { listeners: [{ listener: 'network.http_intercept', options: { tabSessionId, site: 'shop.test' } }] },
  }),
};

const waitForever: SiteCommand = {
  ...NAMES,
  id: 'wait',
  description: 'Waits.',
  requiresAuth: true,
  login: { isLoggedIn: () => true },
  execute: () => new Promise(() => {}),
};

it('otto commands template prints a module that is a command as it stands', async () => {
  const io = new FakeIo();

  expect(await run(io, ['commands', 'template'])).toBe(0);

  const { command }: { command: SiteCommand } = await import(
    `data:text/javascript,${encodeURIComponent(io.stdout.text)}`
  );
  expect(command).toMatchObject({ site: 'example.com', id: 'readHeadings', execute: expect.any(Function) });
});

describe('otto commands list --site', () => {
  it('shows what the node can do at sites, and which files it could not use', async () => {
    const { io } = await otto(['commands', 'list', '--site']);

    expect(io.stdout.text).toBe(
      [
        'shop.test read  Reads the shop.',
        '  your own',
        '  word   string (required): A word.',
        '  pages  number: How many.',
        '',
        'shop.test watch  Watches the shop.',
        '',
        'shop.test wait  Waits.',
        '  somebody must be logged in',
        '',
      ].join('\n'),
    );
    expect(io.stderr.text).toBe('otto: shop.test/broken.mjs cannot be used: SyntaxError: Unexpected token\n');
  });

  it('of one site gives scripts its descriptors', async () => {
    const { document, code } = await otto(['commands', 'list', '--site', 'shop.test', '--json']);

    expect(code).toBe(0);
    expect(document).toMatchObject({ commands: [{ id: 'read', site: 'shop.test' }, {}, {}], problems: [{}] });
    expect(await otto(['commands', 'list', '--site', 'nowhere.test', '--json'])).toMatchObject({
      code: 1,
      document: { error: { code: 'unknown_site' } },
    });
  });

  it('goes with no action', async () => {
    const { code, io } = await otto(['commands', 'list', 'primitive.tab.open', '--site', 'shop.test']);

    expect(code).toBe(2);
    expect(io.stderr.text).toContain('--site');
  });
});

describe('otto test', () => {
  it('opens a tab at the site, runs the command, prints what it gives, and closes the tab', async () => {
    const { code, io, driver } = await otto(['test', 'shop.test', 'read', '--payload', '{"word": "pot"}']);

    expect(code).toBe(0);
    expect(JSON.parse(io.stdout.text)).toEqual({ text: 'Teapots', word: 'pot' });
    expect(driver.pages.map((page) => page.url())).toEqual(['http://shop.test/start']);
    expect(driver.open).toEqual([]);
  });

  it('gives scripts the terminal payload', async () => {
    const { document } = await otto(['test', 'shop.test', 'read', '--payload', '{"word": "pot"}', '--json']);

    const outcome = { ok: true, action: 'command.test', commandOutcome: 'completed', requestId: expect.any(String) };
    expect(document).toMatchObject({ ...outcome, data: { word: 'pot' } });
  });

  it.each([
    [['--payload', '{"word": "a", "pages": 80}'], 41_000],
    [['--payload', '{"word": "a", "pages": 80}', '--timeout', '9000'], 9_000],
    [['--payload', '{"word": "a"}'], 30_000],
  ])('asks for the time of the command unless told another: %j', async (words, timeoutMs) => {
    const waits: number[] = [];
    // It waits for as long as it has.
    const execute = ({ page }: SiteCommandContext) => page.click('#x', { timeoutMs: 600_000 });
    await otto(['test', 'shop.test', 'read', ...words], {
      commands: [{ ...readShop, execute }],
      onNode: (driver) => {
        const open = driver.openPage.bind(driver);
        driver.openPage = async (options) => {
          const page = await open(options);
          page.act = async (_input, { waitMs }) => {
            waits.push(waitMs);
            return { title: '' };
          };
          return page;
        };
      },
    });

    expect(waits).toEqual([expect.any(Number)]);
    expect(waits[0]).toBeLessThanOrEqual(timeoutMs);
    expect(waits[0]).toBeGreaterThan(timeoutMs - 5_000);
  });

  it('uses a tab that is named, and leaves it', async () => {
    const world = await otto([]);
    const opened = await world.again(['cmd', '--action', 'primitive.tab.open', '--payload', PAGE, '--json']);
    const { tabSessionId } = opened.document['data'] as { tabSessionId: string };

    const { code } = await world.again([
      ...['test', 'shop.test', 'read', '--payload', '{"word": "a"}'],
      '--tab-session',
      tabSessionId,
    ]);

    expect(code).toBe(0);
    expect(world.driver.pages).toHaveLength(1);
    expect(world.driver.open).toHaveLength(1);
  });

  it.each([
    [['shop.test', 'read'], 'missing_command_input', /word/],
    [['shop.test', 'raed'], 'unknown_command', /it has read, watch, wait/],
    [['nowhere.test', 'read'], 'unknown_site', /nowhere/],
  ])('fails in the words of the node, and leaves no tab: %j', async (words, code, message) => {
    const { io, code: exitCode, driver } = await otto(['test', ...words]);

    expect(exitCode).toBe(1);
    expect(io.stderr.text).toContain(code);
    expect(io.stderr.text).toMatch(message);
    expect(driver.open).toEqual([]);
    // Whoever looks for a command that is not there is told of the files that could not be used.
    expect(io.stderr.text.includes('broken.mjs')).toBe(code === 'unknown_command');
  });

  it.each([
    [['--stream-probe', '--wait-for-interrupt'], '--wait-for-interrupt'],
    [['--stream-follow-ms', '0'], '--stream-follow-ms'],
    [['--auth-mode', 'never'], '--auth-mode'],
    [['--payload', '[]'], '--payload'],
  ])('refuses %j before anything is sent', async (words, message) => {
    const { io, code, driver } = await otto(['test', 'shop.test', 'watch', ...words]);

    expect(code).toBe(2);
    expect(io.stderr.text).toContain(message);
    expect(driver.pages).toEqual([]);
  });

  it('is cancelled by Ctrl+C while the command runs, and closes its tab', async () => {
    const { code, driver, relay } = await otto(['test', 'shop.test', 'wait'], {
      during: async ({ driver: browser, io }) => {
        await expect.poll(() => browser.open.length).toBe(1);
        io.abort(new Interruption('SIGINT'));
      },
    });

    expect(code).toBe(130);
    expect(driver.open).toEqual([]);
    expect(await quiet(relay)).toMatchObject({ inFlight: 0 });
  });
});

describe('otto test of a command with a stream', () => {
  const RESPONSE = {
    ...{ url: 'http://shop.test/api', method: 'GET', status: 200, mimeType: 'application/json', requestId: '1' },
    ...{ captureSource: 'network' as const, body: '[]' },
  };

  /** The page of the tab loads something as soon as it is listened to. */
  async function respond(driver: ScriptedDriver, times: number): Promise<void> {
    await expect.poll(() => driver.open[0]?.interceptions.size).toBe(1);
    for (let time = 0; time < times; time += 1) driver.open[0]?.respond(RESPONSE);
  }

  it('prints each update until its time is over, then takes the listener back', async () => {
    const { io, code, driver } = await otto(['test', 'shop.test', 'watch', '--stream-follow-ms', '500', '--json'], {
      during: (world) => respond(world.driver, 2),
    });

    expect(code).toBe(0);
    const [outcome, ...updates] = io.stdout.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(outcome).toMatchObject({ ok: true, data: { stream: {} } });
    const update = { listener: 'network.http_intercept', updateType: 'network.response', data: { body: '[]' } };
    expect(updates).toMatchObject([update, update]);
    expect(driver.pages[0]?.interceptions.size).toBe(0);
    expect(driver.open).toEqual([]);
  });

  it('as a probe ends with the first update', async () => {
    const { io, code } = await otto(['test', 'shop.test', 'watch', '--stream-probe'], {
      during: (world) => respond(world.driver, 1),
    });

    expect(code).toBe(0);
    expect(io.stdout.text).toMatch(/^network\.response \{.*"url":"http:\/\/shop\.test\/api"/m);
  });

  it('as a probe fails when nothing comes, or nothing can', async () => {
    const silent = await otto(['test', 'shop.test', 'watch', '--stream-probe', '--stream-follow-ms', '200']);
    const without = await otto(['test', 'shop.test', 'read', '--stream-probe', '--payload', '{"word": "a"}']);

    for (const { code, io, driver } of [silent, without]) {
      expect(code).toBe(1);
      expect(io.stderr.text).toContain('wait_timed_out');
      expect(driver.open).toEqual([]);
    }
  });

  it('goes on until Ctrl+C, which cancels the stream at the relay and closes the tab', async () => {
    const { code, driver, relay } = await otto(['test', 'shop.test', 'watch', '--wait-for-interrupt'], {
      during: async (world) => {
        await respond(world.driver, 1);
        await expect.poll(() => world.io.stdout.text).toContain('network.response');
        world.io.abort(new Interruption('SIGINT'));
      },
    });

    expect(code).toBe(130);
    expect(driver.pages[0]?.interceptions.size).toBe(0);
    expect(driver.open).toEqual([]);
    const log = await logOf(relay);
    expect(log.filter(({ type }) => type === 'stream_ended')).toMatchObject([{ data: { outcome: 'cancelled' } }]);
  });

  it('says so when its listener is refused', async () => {
    const elsewhere = { ...watchShop, test: () => ({ stream: { listeners: [{ listener: 'no.such' }] } }) };
    const { code, io, driver } = await otto(['test', 'shop.test', 'watch'], { commands: [elsewhere] });

    expect(code).toBe(1);
    expect(io.stderr.text).toMatch(/error/);
    expect(driver.open).toEqual([]);
  });
});

const PAGE = JSON.stringify({ url: 'http://shop.test/start' });

/** One run of otto as a user whose node has a browser in memory. */
async function otto(words: readonly string[], options: RunOptions = {}) {
  const relay = await relayInProcess();
  const setup = new FakeIo({ env: relay.env });
  await run(setup, ['setup', '--json']);
  const { controller } = JSON.parse(setup.stdout.text) as { controller: { clientId: string } };
  const commands = options.commands ?? [readShop, watchShop, waitForever];
  const driver = await scriptedBrowserNode(relay, { clientId: controller.clientId, site: SITE, commands });
  options.onNode?.(driver);
  const again = async (next: readonly string[]) => {
    const io = new FakeIo({ env: relay.env });
    const running = run(io, next);
    await options.during?.({ driver, io });
    const code = await running;
    return { io, code, document: next.includes('--json') ? JSON.parse(io.stdout.text.split('\n')[0] ?? '') : {} };
  };
  const first = words.length === 0 ? { io: setup, code: 0, document: {} } : await again(words);
  return { ...first, driver, relay, again };
}

async function quiet(relay: RelayInProcess): Promise<object> {
  const io = new FakeIo({ env: relay.env });
  await run(io, ['status', '--nodes', '--json']);
  return JSON.parse(io.stdout.text).nodes[0];
}

async function logOf(relay: RelayInProcess): Promise<{ type: string; data?: object }[]> {
  const io = new FakeIo({ env: relay.env });
  await run(io, ['logs', 'list', '--latest', '200', '--json']);
  return io.stdout.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

interface RunOptions {
  readonly commands?: readonly SiteCommand[];
  readonly onNode?: (driver: ScriptedDriver) => void;
  readonly during?: (world: { driver: ScriptedDriver; io: FakeIo }) => Promise<unknown>;
}
