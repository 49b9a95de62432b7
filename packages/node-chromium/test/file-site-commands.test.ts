import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SiteCommandProblem } from '@telepat/otto-protocol';
import { SITE_COMMAND_FILES_MAX, SITE_COMMAND_FILE_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { SiteCommandContext, SitePage } from '@telepat/otto-node-runtime';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileSiteCommands } from '../src/file-site-commands.js';

const BUNDLED = new URL('../site-commands/', import.meta.url);
const NAMES = `site: 'shop.test', displayName: 'Work', description: 'Works.'`;
const isWindows = process.platform === 'win32';

let folder: string;
let told: SiteCommandProblem[];
let commands: FileSiteCommands;

beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), 'otto-commands-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  folder = join(home, 'commands');
  told = [];
  commands = fileCommands();
});

function fileCommands(options: { readMsMax?: number; restMs?: number } = {}): FileSiteCommands {
  return new FileSiteCommands({
    folder,
    bundled: BUNDLED,
    env: { PATH: process.env['PATH'], OTTO_SECRET: 'a secret', SHOP_KEY: 'a key' },
    onProblem: (problem) => told.push(problem),
    ...options,
  });
}

function write(file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** A module with one command of shop.test. */
function moduleOf(id: string, execute = `execute: () => '${id}'`): string {
  return `export const command = { ${NAMES}, id: '${id}', ${execute} };`;
}

/** The beginning of a module that waits until a file is there beside it. */
function waitingFor(name: string): string {
  return `import { existsSync } from 'node:fs';
    while (!existsSync(new URL('${name}', import.meta.url))) await new Promise((resolve) => setTimeout(resolve, 20));`;
}

/** What a user's files came to: the ids of the commands, and what is wrong with which file. */
async function found() {
  const { commands: all, problems = [] } = (await commands.current({})).list();
  const own = all.filter(({ origin }) => origin === 'user');
  return { ids: own.map(({ id }) => id), problems };
}

/** Runs a command of shop.test on a page that gives what it is asked. */
async function run(id: string, parts: Partial<SiteCommandContext> = {}) {
  const command = (await commands.current({})).require('shop.test', id);
  return command.execute({ ...context(), ...parts });
}

function context(page: Partial<SitePage> = {}): SiteCommandContext {
  return {
    input: {},
    // Only the methods that a test gives are called.
    page: page as SitePage,
    signal: new AbortController().signal,
    log: () => {},
    fail: () => {
      throw new Error('The thread has its own.');
    },
  };
}

describe('the folder of a user’s commands', () => {
  it('need not be there', async () => {
    expect(await found()).toEqual({ ids: [], problems: [] });
    expect((await commands.current({})).list().commands.map(({ origin }) => origin)).toContain('bundled');
  });

  it.each([
    ['a named export', `export const command = { ${NAMES}, id: 'work', execute() { return 'ran'; } };`],
    ['a default export', `export default { ${NAMES}, id: 'work', execute: async () => 'ran' };`],
    [
      'a site with its commands',
      `const { site, ...command } = { ${NAMES}, id: 'work', execute: () => 'ran' };
       const shop = { site, commands: [command] };
       export { shop as site };`,
    ],
  ])('holds modules with %s', async (_case, text) => {
    write('shop.test/work.mjs', text);

    expect(await found()).toEqual({ ids: ['work'], problems: [] });
    expect(await run('work')).toBe('ran');
  });

  it('takes the template as it stands', async () => {
    write('example.com/copy.mjs', readFileSync(new URL('../site-commands/template.mjs', import.meta.url), 'utf8'));

    expect(await found()).toEqual({ ids: ['readHeadings'], problems: [] });
  });

  it('holds modules that end with .js as well, and what they import themselves', async () => {
    write('shop.test/work.js', `import { word } from './_word.mjs';\n${moduleOf('work', 'execute: () => word')}`);
    write('shop.test/_word.mjs', `export const word = 'shared';`);
    write('shop.test/README.md', 'Not a module.');

    expect(await found()).toEqual({ ids: ['work'], problems: [] });
    expect(await run('work')).toBe('shared');
  });

  it('gives the commands of a site what they share', async () => {
    const login = `{ probeUrl: 'https://shop.test/me', isLoggedIn: async ({ page }) => (await page.title()) === 'Me' }`;
    const command = `{ id: 'work', displayName: 'W', description: 'W.', requiresAuth: true, execute: () => 1 }`;
    const own = `{ id: 'other', displayName: 'O', description: 'O.', startUrl: 'https://shop.test/o', execute: () => 1 }`;
    write(
      'shop.test/site.mjs',
      `export const site = { site: 'shop.test', startUrl: 'http://shop.test/', login: ${login}, commands: [${command}, ${own}] };`,
    );
    const registry = await commands.current({});
    const work = registry.require('shop.test', 'work');

    expect(work).toMatchObject({ startUrl: 'http://shop.test/', login: { probeUrl: 'https://shop.test/me' } });
    expect(registry.require('shop.test', 'other').startUrl).toBe('https://shop.test/o');
    for (const title of ['Me', 'You']) {
      const asked = work.login?.isLoggedIn(context({ title: () => Promise.resolve(title) }));
      expect(await asked).toBe(title === 'Me');
    }
  });

  it.each<[string, string, RegExp]>([
    ['a syntax error', 'export const command = {;', /^SyntaxError: .*node --check/],
    ['an error while it loads', `throw new Error('not today')`, /^not today$/],
    ['an import that is not there', `import './nowhere.mjs';`, /nowhere\.mjs/],
    ['an error that nobody catches', `Promise.reject(new Error('late')); await new Promise(() => {});`, /^late$/],
    ['an end of its process', `process.exit(0);`, /ended its thread/],
    ['no export', `const command = 1;`, /exports neither/],
    ['two exports', `${moduleOf('work')} export default command;`, /more than one/],
    ['no function', `export const command = { ${NAMES}, id: 'work', execute: 'me' };`, /^execute: must be a function/],
    ['a name that is none', moduleOf('a b'), /^id: must be a name/],
    ['a word that it does not know', moduleOf('work', 'execute: () => 1, requiresauth: true'), /requiresauth/],
    [
      'a field of no type',
      moduleOf('work', `execute: () => 1, inputFields: [{ name: 'a', description: 'a' }]`),
      /^inputFields\.0\.type: /,
    ],
    [
      'a field that is declared twice',
      moduleOf(
        'work',
        `execute: () => 1, inputFields: [{ name: 'a', type: 'string', description: 'a' }, { name: 'a', type: 'number', description: 'a' }]`,
      ),
      /a is declared twice/,
    ],
    [
      'a choice of fields that are not there',
      moduleOf('work', `execute: () => 1, inputAtLeastOneOf: ['b']`),
      /^b: is none of the inputFields/,
    ],
    [
      'a scale without its field',
      moduleOf('work', `execute: () => 1, timeoutPolicy: { scaling: { inputField: 'b', baseMs: 1, perUnitMs: 1 } }`),
      /^b: is none of the inputFields/,
    ],
    [
      'a login that nothing can tell',
      moduleOf('work', 'execute: () => 1, requiresAuth: true'),
      /^requiresAuth: needs login/,
    ],
    [
      'a start elsewhere',
      moduleOf('work', `execute: () => 1, startUrl: 'https://other.test/'`),
      /^startUrl: is not at shop\.test/,
    ],
    [
      'another site than its folder',
      moduleOf('work').replace('shop.test', 'other.test'),
      /^site: is other\.test, and the folder is shop\.test/,
    ],
  ])('with %s in a module is told of, and has its other commands', async (_case, text, reason) => {
    write('shop.test/a-broken.mjs', text);
    write('shop.test/b-good.mjs', moduleOf('good'));

    const { ids, problems } = await found();

    expect(problems).toEqual([{ file: 'shop.test/a-broken.mjs', reason: expect.stringMatching(reason) }]);
    expect(told).toEqual(problems);
    expect(ids).toEqual(['good']);
    expect(await run('good')).toBe('good');
  });

  it('with a module that does not load in time is told of, and tried again while nobody waits', async () => {
    commands = fileCommands({ readMsMax: 2_000, restMs: 0 });
    write('good.test/good.mjs', moduleOf('good').replace('shop.test', 'good.test'));
    // On a busy machine, this may take more than one look.
    await expect.poll(() => found(), { timeout: 60_000 }).toEqual({ ids: ['good'], problems: [] });
    write('shop.test/endless.mjs', `${moduleOf('endless')} for (;;);`);
    write('shop.test/waiting.mjs', `${waitingFor('go-on')} ${moduleOf('waiting')}`);

    const { ids, problems } = await found();

    expect(ids).toEqual(['good']);
    expect(problems).toEqual([
      { file: 'shop.test/endless.mjs', reason: 'did not load within 2000 ms' },
      { file: 'shop.test/waiting.mjs', reason: 'did not load within 2000 ms' },
    ]);

    write('shop.test/go-on', '');
    await expect.poll(async () => (await found()).ids, { timeout: 60_000 }).toEqual(['good', 'waiting']);
  }, 90_000);

  it('with a module that hangs holds up no other site', async () => {
    commands = fileCommands({ readMsMax: 60_000 });
    const hanging = Array.from({ length: 5 }, (_, index) => `hanging${index}`);
    for (const id of hanging)
      write(`a.test/${id}.mjs`, `${waitingFor('go-on')} ${moduleOf(id).replace('shop.test', 'a.test')}`);
    write('shop.test/work.mjs', moduleOf('work'));
    let isListed = false;
    const list = commands.current({}).then((registry) => {
      isListed = true;
      return registry.list('a.test').commands;
    });

    const work = (await commands.current({ site: 'shop.test' })).require('shop.test', 'work');

    expect(await work.execute(context())).toBe('work');
    expect(isListed).toBe(false);
    write('a.test/go-on', '');
    expect((await list).map(({ id }) => id)).toEqual(hanging);
  }, 60_000);

  it('counts, of two modules with the same command, the first by name, and tells of the other', async () => {
    write('shop.test/b.mjs', moduleOf('work', `execute: () => 'b'`));
    write('shop.test/a.mjs', moduleOf('work', `execute: () => 'a'`));

    expect(await found()).toEqual({
      ids: ['work'],
      problems: [{ file: 'shop.test/b.mjs', reason: 'work: is in shop.test/a.mjs already' }],
    });
    expect(await run('work')).toBe('a');
  });

  it('tells of a module that lies in no site', async () => {
    write('work.mjs', moduleOf('work'));

    expect(await found()).toEqual({
      ids: [],
      problems: [{ file: 'work.mjs', reason: expect.stringContaining('folder') }],
    });
  });

  it('has its limits: the size of a file, and how many there are', async () => {
    write('a.test/large.mjs', `// ${'x'.repeat(SITE_COMMAND_FILE_BYTES_MAX)}`);
    for (let index = 0; index <= SITE_COMMAND_FILES_MAX; index += 1) write(`b.test/_${index}.mjs`, '');
    const broken = Array.from(
      { length: SITE_COMMAND_FILES_MAX + 1 },
      (_, index) => `z${String(index).padStart(4, '0')}.mjs`,
    );
    expect((await found()).problems).toEqual([
      { file: 'a.test/large.mjs', reason: expect.stringContaining('larger than') },
    ]);

    const { COMMAND_FOLDER_ENTRIES_MAX, findCommandFiles } = await import('../src/command-files.js');
    for (const name of broken) write(`shop.test/${name}`, '');
    const { files, problems } = await findCommandFiles(folder, { mustBeOwn: true });

    expect(files).toHaveLength(SITE_COMMAND_FILES_MAX);
    expect(problems.at(-1)).toEqual({ file: `shop.test/${broken.at(-1)}`, reason: expect.stringContaining('beyond') });

    for (let index = 0; index <= COMMAND_FOLDER_ENTRIES_MAX; index += 1) write(`large.test/${index}.txt`, '');
    write('large.test/work.mjs', moduleOf('work'));
    const beyond = await findCommandFiles(folder, { mustBeOwn: true });

    expect(beyond.files.filter(({ site }) => site === 'large.test')).toEqual([]);
    expect(beyond.problems).toContainEqual({
      file: expect.stringContaining('large.test/'),
      reason: expect.stringContaining('files and folders'),
    });
  });
});

describe.skipIf(isWindows)('what others could have put there', () => {
  beforeEach(() => void write('shop.test/work.mjs', moduleOf('work')));

  it.each(['.', 'shop.test', 'shop.test/work.mjs'])('is not run: %s can be written by others', async (file) => {
    chmodSync(join(folder, file), 0o722);

    const problem = { file, reason: expect.stringContaining('can be changed by other users') };
    expect(await found()).toEqual({ ids: [], problems: [problem] });

    chmodSync(join(folder, file), 0o755);
    expect(await found()).toEqual({ ids: ['work'], problems: [] });
  });

  it.each(['.', 'shop.test', 'shop.test/work.mjs'])('is not run: %s is a link to somewhere', async (file) => {
    const path = join(folder, file);
    const elsewhere = join(dirname(folder), 'elsewhere');
    renameSync(path, elsewhere);
    symlinkSync(elsewhere, path);

    const problem = { file, reason: expect.stringContaining('symbolic link') };
    expect(await found()).toEqual({ ids: [], problems: [problem] });
  });

  it.each([
    ['shop.test/_shared.mjs', 'shop.test/_shared.mjs'],
    ['shop.test/_lib/deep/word.json', 'shop.test/_lib/deep'],
    ['shop.test/lib/word.cjs', 'shop.test/lib/word.cjs'],
    ['shop.test/.word.mjs', 'shop.test/.word.mjs'],
    ['shop.test/node_modules/word/index.js', 'shop.test/node_modules'],
    ['_shared/word.mjs', '_shared/word.mjs'],
    ['node_modules/word/index.js', 'node_modules'],
  ])('is not imported: %s, when %s can be written by others or is a link', async (file, weak) => {
    write(file, 'export const word = 1;');
    expect(await found()).toEqual({ ids: ['work'], problems: [] });
    const path = join(folder, weak);

    chmodSync(path, 0o777);
    expect(await found()).toEqual({ ids: [], problems: [{ file: weak, reason: expect.stringContaining('go-w') }] });
    chmodSync(path, 0o700);
    expect(await found()).toEqual({ ids: ['work'], problems: [] });
    renameSync(path, join(dirname(folder), 'elsewhere'));
    symlinkSync(join(dirname(folder), 'elsewhere'), path);
    expect(await found()).toEqual({ ids: [], problems: [{ file: weak, reason: expect.stringContaining('link') }] });
  });

  it('of one site keeps no other from being used, and what no import can lead to keeps none', async () => {
    write('a.test/work.mjs', moduleOf('of-a').replace('shop.test', 'a.test'));
    chmodSync(write('a.test/_shared.mjs', ''), 0o666);
    chmodSync(write('shop.test/README.md', ''), 0o666);
    chmodSync(write('shop.test/node_modules/word/index.js', ''), 0o666);
    symlinkSync('nobody@nowhere.1', join(folder, 'shop.test/.#work.mjs'));

    const { ids, problems } = await found();

    expect(ids).toEqual(['work']);
    expect(problems).toMatchObject([{ file: 'a.test/_shared.mjs' }]);
  });

  it('is told with the site that it keeps from being used', async () => {
    for (const weak of ['.', 'shop.test']) {
      chmodSync(join(folder, weak), 0o775);
      const registry = await commands.current({ site: 'shop.test' });

      expect(registry.list('shop.test')).toMatchObject({ commands: [], problems: [{ file: weak }] });
      expect(() => registry.require('shop.test', 'work')).toThrow(
        expect.objectContaining({ code: 'unknown_site', actionableHint: expect.stringContaining('command.list') }),
      );
      chmodSync(join(folder, weak), 0o755);
    }
  });

  it.skipIf(process.getuid?.() !== 0)('is not run: it belongs to another user', async () => {
    const { chownSync } = await import('node:fs');
    chownSync(join(folder, 'shop.test/work.mjs'), 65_534, 65_534);

    const problem = { file: 'shop.test/work.mjs', reason: 'belongs to another user' };
    expect(await found()).toEqual({ ids: [], problems: [problem] });
  });
});

describe('a change', () => {
  it('of a module counts with the next command, also in what it imports', async () => {
    write('shop.test/_word.mjs', `export const word = 'one';`);
    write('shop.test/work.mjs', `import { word } from './_word.mjs';\n${moduleOf('work', 'execute: () => word')}`);
    expect(await run('work')).toBe('one');

    write('shop.test/_word.mjs', `export const word = 'two';`);
    expect(await run('work')).toBe('two');
    write('shop.test/work.mjs', moduleOf('renamed'));

    expect(await found()).toEqual({ ids: ['renamed'], problems: [] });
  });

  it('of what a module imports counts for what is told of the command, too', async () => {
    write('shop.test/_lib/tags.mjs', `export const tags = ['one'];`);
    write(
      'shop.test/work.mjs',
      `import { tags } from './_lib/tags.mjs';\n${moduleOf('work', 'tags, execute: () => 1')}`,
    );
    expect((await commands.current({})).require('shop.test', 'work').tags).toEqual(['one']);

    write('shop.test/_lib/tags.mjs', `export const tags = ['two'];`);

    expect((await commands.current({})).require('shop.test', 'work').tags).toEqual(['two']);
  });

  it.each([
    ['beside it', './_word.mjs', 'shop.test/_word.mjs'],
    ['in a package', 'word', 'node_modules/word/index.js'],
    ['elsewhere', '../../elsewhere.mjs', '../elsewhere.mjs'],
  ])('repairs a module that lacked what it imports: %s', async (_where, specifier, file) => {
    write('shop.test/work.mjs', `import '${specifier}';\n${moduleOf('work')}`);
    expect(await found()).toMatchObject({ ids: [], problems: [{ file: 'shop.test/work.mjs' }] });

    write(file, '');

    expect(await found()).toEqual({ ids: ['work'], problems: [] });
  });

  it('that breaks a module is told once, and again after it was repaired and broken anew', async () => {
    const path = write('shop.test/work.mjs', 'export {');
    await found();
    await found();
    expect(told).toHaveLength(1);

    writeFileSync(path, moduleOf('work'));
    expect(await found()).toEqual({ ids: ['work'], problems: [] });
    writeFileSync(path, 'export {');
    await found();

    expect(told).toHaveLength(2);
  });

  it('of nothing reads nothing again', async () => {
    const marks = join(folder, 'marks');
    write(
      'shop.test/work.mjs',
      `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(marks)}, 'x');\n${moduleOf('work')}`,
    );
    await Promise.all([found(), found()]);
    await found();

    expect(readFileSync(marks, 'utf8')).toBe('x');
  });
});

it('a user’s own command goes before a bundled one of the same name, and the list says so', async () => {
  const before = (await commands.current({})).list().commands.find(({ origin }) => origin === 'bundled');
  expect(before).toBeDefined();
  const { site, id } = before!;
  const names = JSON.stringify({ site, id, displayName: 'Mine', description: 'Mine.' });
  write(`${site}/mine.mjs`, `export const command = { ...${names}, execute: () => 'mine' };`);

  const after = (await commands.current({})).list(site).commands.filter((command) => command.id === id);

  expect(after).toMatchObject([{ displayName: 'Mine', origin: 'user' }]);
});

describe('a command in its thread', () => {
  it('is given its input, its tab and its page, and gives JSON', async () => {
    write(
      'shop.test/work.mjs',
      moduleOf(
        'work',
        `async execute({ input, page, tabSessionId, log }) {
          log('a line'); console.log('one', 2);
          const doubled = await page.evaluate((count) => count * 2, input.count);
          return { doubled, url: await page.url(), tabSessionId, at: new Date(0), left: undefined };
        }`,
      ),
    );
    const calls: unknown[] = [];
    const lines: string[] = [];
    const page = {
      evaluate: (...args: unknown[]) => Promise.resolve(calls.push(...args)),
      url: () => Promise.resolve('https://shop.test/'),
    };

    const result = await run('work', {
      ...context(page),
      input: { count: 2 },
      tabSessionId: 'tab_1',
      log: (line) => void lines.push(line),
    });

    const facts = { url: 'https://shop.test/', tabSessionId: 'tab_1', at: '1970-01-01T00:00:00.000Z' };
    expect(result).toEqual({ doubled: 2, ...facts });
    expect(calls).toEqual(['(count) => count * 2', 2]);
    expect(lines).toEqual(['a line', 'one 2']);
  });

  it('keeps the error of its page what it was, when it passes it on', async () => {
    write('shop.test/work.mjs', moduleOf('work', 'execute: ({ page }) => page.text()'));
    const failure = new Error('of the page');

    await expect(run('work', context({ text: () => Promise.reject(failure) }))).rejects.toBe(failure);
  });

  it('can catch the error of its page by its code', async () => {
    const { OttoError } = await import('@telepat/otto-protocol');
    write('shop.test/work.mjs', moduleOf('work', 'execute: ({ page }) => page.text().catch((error) => error.code)'));
    const page = { text: () => Promise.reject(new OttoError('element_not_found')) };

    expect(await run('work', context(page))).toBe('element_not_found');
  });

  it.each<[string, string, object]>([
    [
      'an error',
      `() => { throw new TypeError('no'); }`,
      { name: 'TypeError', message: 'no', stack: expect.stringContaining('work.mjs') },
    ],
    [
      'a code of its own',
      `({ fail }) => fail('sold_out', 'Nothing left.')`,
      { name: 'SiteCommandError', code: 'sold_out' },
    ],
    ['a text', `() => { throw 'words'; }`, { message: 'words' }],
    [
      'an error that nobody catches',
      `() => { setTimeout(() => { throw new Error('later'); }); return new Promise(() => {}); }`,
      { message: 'later' },
    ],
    [
      'a promise that nobody catches',
      `() => { Promise.reject(new Error('lost')); return new Promise(() => {}); }`,
      { message: 'lost' },
    ],
    ['an end of its process', `() => process.exit(3)`, { message: expect.stringContaining('ended its thread') }],
    ['no JSON', `() => 1n`, { message: expect.stringContaining('BigInt') }],
    [
      'too much memory',
      `() => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }`,
      { code: 'ERR_WORKER_OUT_OF_MEMORY' },
    ],
  ])('that ends with %s ends its thread, and not the node', { timeout: 60_000 }, async (_case, execute, error) => {
    write('shop.test/work.mjs', moduleOf('work', `execute: ${execute}`));

    await expect(run('work')).rejects.toMatchObject(error);
    expect(await found()).toMatchObject({ ids: ['work'] });
  });

  it('is told to stop, may clean up, and is stopped if it does not', async () => {
    write(
      'shop.test/work.mjs',
      moduleOf(
        'work',
        `execute({ signal, page }) {
          signal.addEventListener('abort', () => void page.title());
          void page.url();
          return new Promise(() => {});
        }`,
      ),
    );
    write('shop.test/endless.mjs', moduleOf('endless', `execute: ({ page }) => { page.url(); for (;;); }`));

    for (const id of ['work', 'endless']) {
      const abort = new AbortController();
      const asked: string[] = [];
      const page = {
        title: () => Promise.resolve(`${asked.push('title')}`),
        url: () => Promise.resolve(`${abort.abort(new Error('enough'))}`),
      };
      await expect(run(id, { ...context(page), signal: abort.signal })).rejects.toThrow();
      expect(asked).toEqual(id === 'work' ? ['title'] : []);
    }
  });

  it('sees the environment without our own variables', async () => {
    write(
      'shop.test/work.mjs',
      moduleOf('work', 'execute: () => [process.env.SHOP_KEY, process.env.OTTO_SECRET ?? null]'),
    );

    expect(await run('work')).toEqual(['a key', null]);
  });

  it('prints nothing among our own lines', async () => {
    const printed = vi.spyOn(process.stdout, 'write');
    onTestFinished(() => printed.mockRestore());
    write(
      'shop.test/work.mjs',
      moduleOf('work', `execute: () => process.stdout.write('loud') && new Promise(setImmediate)`),
    );

    await run('work');
    await run('work');

    expect(printed.mock.calls.map(([text]) => String(text)).join('')).not.toContain('loud');
  });

  it('can ask its page for nothing that it is not given', async () => {
    write(
      'shop.test/work.mjs',
      `import { parentPort } from 'node:worker_threads';
      ${moduleOf(
        'work',
        `execute: () => new Promise((resolve) => {
          parentPort.on('message', ({ failure }) => resolve(failure.code));
          parentPort.postMessage({ type: 'call', id: 99, method: 'constructor', args: [] });
          parentPort.postMessage({ type: 'nonsense' });
        })`,
      )}`,
    );

    expect(await run('work')).toBe('action_not_supported');
  });

  it('can ask nothing but looks while it checks a login, also past the page that it is given', async () => {
    const ask = (method: string) => `new Promise((resolve) => {
      parentPort.on('message', ({ id, value, failure }) => id === 99 && resolve(failure?.code ?? value));
      parentPort.postMessage({ type: 'call', id: 99, method: '${method}', args: ['document.forms[0].submit()'] });
    })`;
    for (const method of ['evaluate', 'snapshot', 'click', 'goto', 'has']) {
      const login = `{ isLoggedIn: async ({ page }) => { throw new Error(page.evaluate + ' ' + (await ${ask(method)})); } }`;
      write(
        'shop.test/work.mjs',
        `import { parentPort } from 'node:worker_threads';
        ${moduleOf('work', `execute: () => 1, requiresAuth: true, login: ${login}`)}`,
      );
      const asked: string[] = [];
      const touch = () => Promise.resolve(`${asked.push(method)} times`);
      const { login: check } = (await commands.current({})).require('shop.test', 'work');

      const answer = check?.isLoggedIn(context({ [method]: touch }));

      const isLook = method === 'has';
      await expect(answer).rejects.toThrow(`undefined ${isLook ? '1 times' : 'action_not_supported'}`);
      expect(asked).toEqual(isLook ? ['has'] : []);
    }
  });
});
