import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { run } from '../run.js';
import { checkInput } from './check-input.js';
import { actionNames } from './known-actions.js';

const TAB = 'tab_1';

describe('the input of an action', () => {
  it.each([
    ['primitive.tab.navigate', { url: 7 }, TAB, /^primitive\.tab\.navigate: url: expected string, received number\.$/],
    ['primitive.tab.navigate', {}, TAB, /url: expected string/],
    ['primitive.tab.open', { ulr: 'https://a.test' }, undefined, /ulr: no such field; it takes url, waitUntil\.$/],
    ['primitive.tab.open', { waitUntil: 'later' }, undefined, /waitUntil: expected one of "none"\|"commit"/],
    ['primitive.tab.query', { x: 1 }, undefined, /x: no such field; it takes none\.$/],
    ['primitive.tab.open', { a: 1, b: 1, c: 1, d: 1, e: 1 }, undefined, /\(and 2 more\)\.$/],
    ['primitive.tab.close', {}, undefined, /--tab-session: is required\.$/],
    ['primitive.dom.extract_text', {}, undefined, /url: is required without --tab-session\.$/],
    ['primitive.dom.extract_text', { url: 'https://a.test' }, TAB, /url: not together with --tab-session\.$/],
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
