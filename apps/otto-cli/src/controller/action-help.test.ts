import { ERRORS } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { run } from '../run.js';
import { actionHelp } from './action-help.js';
import { actionNames } from './known-actions.js';

describe('the help of an action', () => {
  it('tells what it does, each field with its bounds, what can go wrong, and an example', () => {
    const help = actionHelp('primitive.input.click');

    expect(help).toMatch(
      /^primitive\.input\.click\n\nClicks an element\.\n\nWorks on the tab of --tab-session; has an effect\./,
    );
    expect(help).toContain(
      '\n  clickCount  integer, 1 to 3 (default: 1)\n              Clicks in a row: 2 is a double click.\n',
    );
    expect(help).toContain(
      '\n  modifiers   list of Alt | Control | ControlOrMeta | Meta | Shift, at most 5 (default: [])\n',
    );
    const { message, hint } = ERRORS.stale_element_ref;
    expect(help).toContain(`\n  stale_element_ref\n    ${message} ${hint}\n`);
    expect(help).toMatch(
      /\n {2}\$ otto cmd --action primitive\.input\.click --tab-session tab_… --payload '\{.*\}'\n$/,
    );
  });

  it('names the fields of objects in lists, and what must be given', () => {
    const help = actionHelp('primitive.input.upload');

    expect(help).toMatch(/\n {2}files +list of \{ name, mimeType, contentBase64 \}, at most 20 \(required\)\n/);
    expect(help).toMatch(/\n {2}files\[\]\.name +string, at most 255 characters \(required\)\n/);
  });

  it('says which scope is needed, and what an older name stands for', () => {
    expect(actionHelp('primitive.page.evaluate')).toContain('Not in the default scopes');
    expect(actionHelp('primitive.page.pdf')).not.toContain('Not in the default scopes');
    expect(actionHelp('command.reddit_posts')).toContain('The older name of command.run.');
  });

  it.each(actionNames())('is there for %s', (name) => {
    expect(actionHelp(name)).toMatch(/^[^]+\n\nInput[^]+\n\nAnswer[^]+\n\nErrors[^]+\n\nExample/);
  });
});

describe('otto cmd --help', () => {
  it.each([
    ['cmd', '--help', 'primitive.tab.open'],
    ['cmd', 'primitive.tab.open', '--help'],
    ['cmd', '--action', 'primitive.tab.open', '-h'],
    ['cmd', '--action=primitive.tab.open', '--help'],
    ['cmd', 'primitive.tab.open', '--payload', '{}', '--help'],
  ])('tells of the action that is named: %j', async (...words) => {
    const io = new FakeIo();

    expect(await run(io, words)).toBe(0);

    expect(io.stdout.text).toBe(actionHelp('primitive.tab.open'));
  });

  it('tells how to use the command when no action is named', async () => {
    const io = new FakeIo();

    expect(await run(io, ['cmd', '--payload', '{}', '--help'])).toBe(0);

    expect(io.stdout.text).toContain('Usage: otto cmd');
  });

  it('refuses an action that this version does not know', async () => {
    const io = new FakeIo();

    expect(await run(io, ['cmd', '--help', 'primitive.tab.opne', '--json'])).toBe(2);

    expect(JSON.parse(io.stdout.text)).toMatchObject({
      error: { code: 'invalid_usage', message: expect.stringContaining('primitive.tab.opne') },
    });
  });
});
