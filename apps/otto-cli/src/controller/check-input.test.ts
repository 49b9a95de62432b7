import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { run } from '../run.js';
import { checkInput } from './check-input.js';
import { actionNames } from './known-actions.js';

const TAB = 'tab_1';
const FILE = { name: 'a.txt', mimeType: 'text/plain', contentBase64: 'aGk=' };

describe('the input of an action', () => {
  it.each([
    ['primitive.tab.navigate', { url: 7 }, TAB, /^primitive\.tab\.navigate: url: expected string, received number\.$/],
    ['primitive.tab.navigate', {}, TAB, /url: is required\.$/],
    ['primitive.tab.open', { ulr: 'https://a.test' }, undefined, /ulr: no such field; it takes url, waitUntil\.$/],
    ['primitive.tab.open', { waitUntil: 'later' }, undefined, /waitUntil: expected one of "none"\|"commit"/],
    ['primitive.tab.query', { x: 1 }, undefined, /x: no such field; it takes none\.$/],
    ['primitive.tab.open', { a: 1, b: 1, c: 1, d: 1, e: 1 }, undefined, /\(and 2 more\)\.$/],
    ['primitive.tab.close', {}, undefined, /--tab-session: is required\.$/],
    ['primitive.dom.extract_text', {}, undefined, /url: is required without --tab-session\.$/],
    ['primitive.dom.extract_text', { url: 'https://a.test' }, TAB, /url: not together with --tab-session\.$/],
    ['primitive.input.click', { ref: 'x12' }, TAB, /ref: must be a ref of a snapshot, such as e12\.$/],
    ['primitive.input.click', { clickCount: 9 }, TAB, /clickCount: at most 3\.$/],
    ['primitive.input.click', { clickCount: 1.5 }, TAB, /clickCount: expected int, received number\.$/],
    ['primitive.input.click', { modifiers: ['Alt', 'Ctrl'] }, TAB, /modifiers\[1\]: expected one of "Alt"\|/],
    ['primitive.page.evaluate', { url: 'https://a.test', expression: '' }, undefined, /at least 1 characters\.$/],
    [
      'primitive.input.upload',
      { files: [{ name: 'a' }] },
      TAB,
      /files\[0\]\.mimeType: is required; files\[0\]\.content/,
    ],
    ['primitive.input.upload', { files: [{ ...FILE, contentBase64: '!' }] }, TAB, /contentBase64: must be base64\.$/],
    [
      'primitive.input.upload',
      { files: [FILE, { ...FILE, path: '/x' }] },
      TAB,
      /files\[1\]\.path: no such field; it takes name, mimeType, contentBase64\.$/,
    ],
    ['primitive.input.upload', { files: Array(21).fill(FILE) }, TAB, /files: at most 20 items\.$/],
    [
      'command.run',
      { site: 'a.test', command: 'b', input: [] },
      undefined,
      /input: expected object, received array\.$/,
    ],
    ['command.run', { command: 'b' }, undefined, /^command\.run: site: is required\.$/],
  ])('of %s that is %j is refused by the name of the field', (action, input, tabSession, message) => {
    const check = () => checkInput({ action, input, tabSession });

    expect(check).toThrow(message);
    expect(check).toThrow(expect.objectContaining({ code: 'invalid_action_input', effect: 'none' }));
  });

  it.each([
    ['primitive.tab.open', {}, undefined],
    ['primitive.tab.navigate', { url: 'https://a.test', waitUntil: 'load' }, TAB],
    ['primitive.tab.close', { tabSessionId: TAB }, undefined],
    ['primitive.dom.extract_text', { url: 'https://a.test' }, undefined],
    ['primitive.dom.extract_text', { selector: 'h1' }, TAB],
    ['command.run', { site: 'a.test', command: 'b', input: { deep: { anything: [1] } } }, undefined],
    ['command.run', { site: 'a.test', command: 'b' }, TAB],
    ['primitive.input.upload', { selector: '#f', files: [FILE] }, TAB],
    ['site.of_a_newer_node', { anything: [1] }, undefined],
  ])('of %s that is %j passes', (action, input, tabSession) => {
    expect(() => checkInput({ action, input, tabSession })).not.toThrow();
  });

  it('is refused before anything is sent, unless nobody wants it checked', async () => {
    const env = { OTTO_HOME: temporaryFolder() };
    const words = ['cmd', '--action', 'primitive.tab.open', '--payload', '{"uri": "x"}', '--json'];
    const checked = new FakeIo({ env });
    const unchecked = new FakeIo({ env });

    expect(await run(checked, words)).toBe(1);
    expect(await run(unchecked, [...words, '--unchecked'])).toBe(1);

    expect(JSON.parse(checked.stdout.text)).toMatchObject({
      error: { code: 'invalid_action_input', message: expect.stringContaining('uri: no such field') },
    });
    expect(JSON.parse(unchecked.stdout.text)).toMatchObject({ error: { code: 'not_logged_in' } });
  });
});

describe('the action of otto cmd', () => {
  it.each([
    ['is needed', ['cmd'], '--action: is required.'],
    ['is one', ['cmd', 'primitive.tab.open', '--action', 'primitive.tab.query'], 'Two actions were named.'],
  ])('%s', async (_promise, words, message) => {
    const io = new FakeIo();

    expect(await run(io, [...words, '--json'])).toBe(2);

    expect(JSON.parse(io.stdout.text)).toMatchObject({ error: { code: 'invalid_usage', message } });
  });

  it('may be named by an option or as a word', async () => {
    const env = { OTTO_HOME: temporaryFolder() };
    for (const words of [['primitive.tab.query'], ['--action', 'primitive.tab.query']]) {
      const io = new FakeIo({ env });

      await run(io, ['cmd', ...words, '--payload', '{"x": 1}', '--json']);

      expect(JSON.parse(io.stdout.text)).toMatchObject({ error: { code: 'invalid_action_input' } });
    }
  });
});

describe('reading commands', () => {
  it.each([
    [['extract-content', 'https://a.test', '--format', 'text', '--max-chars', '9'], '--max-chars does not go with'],
    [['extract-content', 'https://a.test', '--format', 'distilled_html', '--selector', 'p'], '--selector does not go'],
    [['screenshot', 'https://a.test', '--ref', 'e1'], '--ref is of a snapshot of a tab'],
    [['screenshot', '--tab-session', TAB, '--ref', 'e1', '--full-page'], 'Give one of --full-page'],
    [['snapshot'], 'Nothing to read was named'],
    [['snapshot', 'https://a.test', '--max-nodes', '0'], '--max-nodes: must be a whole number'],
  ])('refuse what does not fit together: %j', async (words, message) => {
    const io = new FakeIo();

    expect(await run(io, [...words, '--json'])).toBe(2);

    expect(JSON.parse(io.stdout.text)).toMatchObject({ error: { message: expect.stringContaining(message) } });
  });
});

describe('otto commands list', () => {
  it('shows the actions that a controller may send, with their inputs', async () => {
    const all = new FakeIo();
    const one = new FakeIo();

    expect(await run(all, ['commands', 'list', '--json'])).toBe(0);
    expect(await run(one, ['commands', 'list', 'primitive.tab.navigate'])).toBe(0);

    const { commands } = JSON.parse(all.stdout.text) as { commands: { action: string }[] };
    expect(commands.map(({ action }) => action)).toEqual(actionNames());
    expect(actionNames()).not.toContain('primitive.tab.close_owned');
    expect(one.stdout.text).toBe(
      [
        'primitive.tab.navigate  Loads a URL in a tab.',
        '  works on the tab of --tab-session; has an effect',
        '  url        string, at most 8192 characters (required)',
        '  waitUntil  none | commit | domcontentloaded | load | networkidle',
        '',
      ].join('\n'),
    );
  });

  it('refuses an action that there is not', async () => {
    expect(await run(new FakeIo(), ['commands', 'list', 'primitive.tab.opne'])).toBe(2);
  });
});
