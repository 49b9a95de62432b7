import { describe, expect, it } from 'vitest';
import { actFailure } from './act-failure.js';
import { namedFailure } from './named-failure.js';

/** What playwright throws when its time is over, with the lines of its log. */
function timeout(...lines: string[]): Error {
  const error = new Error(
    `locator.click: Timeout 700ms exceeded.\nCall log:\n${lines.map((line) => `\u001b[2m  - ${line}\u001b[22m`).join('\n')}\n`,
  );
  error.name = 'TimeoutError';
  return error;
}

const covered = (description: string) =>
  actFailure(timeout('locator resolved to <button>b</button>', `${description} intercepts pointer events`), {
    hasActed: false,
  }).message;

describe('what covers an element', () => {
  it.each([
    ['<p>a secret</p>', 'p'],
    ['<p id="one" class="a b c d" data-x="secret">a secret</p>', 'p#one.a.b.c'],
    ['<p>a secret</p> from <div id="over" class="wide">…</div> subtree', 'p in div#over.wide'],
    ['<div id="over">…</div> from <div id="over">…</div> subtree', 'div#over'],
    ['<p>secret from <b>secret</b></p> from <my-box>…</my-box> subtree', 'p in my-box'],
    ['<p id="a secret" class="se:cret ok">x</p>', 'p.ok'],
    [`<${'x'.repeat(500)}>`, 'x'.repeat(100)],
    ['something else', 'another element'],
  ])('is named by tag, id and classes, and by nothing else: %s', (description, name) => {
    expect(covered(description)).toBe(`The element is covered by ${name}.`);
  });
});

describe('a failure', () => {
  it('is what was in the way at last', () => {
    const lines = [
      'locator resolved to <a>',
      'element is not enabled',
      'retrying click action',
      '2 × element is not stable',
      'waiting 500ms',
    ];

    expect(actFailure(timeout(...lines), { hasActed: false })).toMatchObject({
      code: 'element_not_actionable',
      message: 'The element keeps moving.',
      effect: 'none',
    });
  });

  it('of something that had been done already says that nobody knows', () => {
    const done = actFailure(timeout('locator resolved to <a>', 'performing click action'), { hasActed: false });
    const before = actFailure(timeout('waiting for locator'), { hasActed: true });

    expect(done).toMatchObject({ code: 'script_failed', effect: 'unknown' });
    expect(before).toMatchObject({ code: 'script_failed', effect: 'unknown' });
  });

  it('that is a bug stays one', () => {
    expect(actFailure(new TypeError('x is not a function'), { hasActed: false })).toMatchObject({
      code: 'internal_error',
    });
  });

  it.each(['This thread has been closed', 'Program crashed', 'session closed'])(
    'is never taken for the end of the tab because the page says so: %s',
    (words) => {
      const lines = ['locator resolved to <a>', `<div id="note">${words}</div> intercepts pointer events`];

      expect(actFailure(timeout(...lines), { hasActed: false })).toMatchObject({
        code: 'element_not_actionable',
        message: 'The element is covered by div#note.',
      });
    },
  );

  it.each([
    ['Target page, context or browser has been closed', 'tab_closed'],
    ['Session already detached. Most likely the page has been closed.', 'tab_closed'],
    ['Browser has been closed', 'tab_closed'],
    ['Page crashed', 'tab_crashed'],
    ['Target crashed ', 'tab_crashed'],
  ])('is the end of the tab where playwright says so: %s', (words, code) => {
    expect(actFailure(new Error(words), { hasActed: false })).toMatchObject({ code });
    const inProtocol = new Error(`locator.click: Protocol error (DOM.describeNode): ${words}\nCall log:\n  - waiting`);
    expect(actFailure(inProtocol, { hasActed: false })).toMatchObject({ code });
  });

  it('of a tab between two pages is none of ours', () => {
    const error = new Error('Protocol error (Page.bringToFront): Not attached to an active page');

    expect(namedFailure(error)).toMatchObject({ code: 'script_failed', message: 'The page went elsewhere meanwhile.' });
  });

  it('of a selector is not taken for the end of the tab because of a word in it', () => {
    const error = new Error('locator.count: Unexpected token "crashed" while parsing css selector "p[crashed"');

    expect(actFailure(error, { hasActed: false })).toMatchObject({ code: 'internal_error' });
  });
});
