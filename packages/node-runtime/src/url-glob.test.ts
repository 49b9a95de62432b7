import { GLOB_URL_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlGlob } from './url-glob.js';

describe('urlGlob', () => {
  it.each([
    ['https://a.test/', 'https://a.test/', true],
    ['https://a.test/', 'https://a.test/b', false],
    ['a.test', 'https://a.test/', false],
    ['https://a.test/*', 'https://a.test/', true],
    ['https://a.test/*', 'https://a.test/b?c=d', true],
    ['https://a.test/*', 'https://a.test/b/c', false],
    ['https://a.test/**', 'https://a.test/b/c', true],
    ['**/api/*/items', 'https://a.test/v/api/7/items', true],
    ['**/api/*/items', 'https://a.test/api/7/8/items', false],
    ['https://*.a.test/**.json', 'https://x.a.test/b/c.json', true],
    ['https://*.a.test/**.json', 'https://x.a.test/b/c.json5', false],
    ['**', '', true],
    ['*', '', true],
    ['***', 'https://a/b', true],
    ['**?q=1', 'https://a.test/?q=1', true],
    ['**?q=1', 'https://a.test/xq=1', false],
    [String.raw`**\*`, 'https://a.test/*', true],
    [String.raw`**\*`, 'https://a.test/b', false],
    [String.raw`a\\b`, String.raw`a\b`, true],
    ['\\', '\\', true],
    ['a.c', 'abc', false],
    ['(a+)+$', '(a+)+$', true],
    ['', '', true],
    ['', 'a', false],
    [`${'a'.repeat(31)}*${'b'.repeat(33)}**c`, `${'a'.repeat(31)}xyz${'b'.repeat(33)}/${'b'.repeat(40)}/c`, true],
    [`${'a'.repeat(31)}*${'b'.repeat(33)}**c`, `${'a'.repeat(31)}x/z${'b'.repeat(33)}/c`, false],
    [`${'a'.repeat(63)}**`, 'a'.repeat(63), true],
  ])('says of %s and %s: %s', (pattern, url, fits) => {
    expect(urlGlob(pattern)(url)).toBe(fits);
  });

  it(`fits no address of more than ${GLOB_URL_LENGTH_MAX} characters, which a page can make to keep the node busy`, () => {
    const fits = urlGlob('https://a.test/**');
    const longest = 'https://a.test/'.padEnd(GLOB_URL_LENGTH_MAX, 'x');

    expect(fits(longest)).toBe(true);
    expect(fits(`${longest}x`)).toBe(false);
  });

  it('says the same as a regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 70 });

    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 70 }), (pattern, url) => {
        // A pattern that the expression would take for ever with proves nothing.
        fc.pre((pattern.match(/\*+/g) ?? []).length <= 4);
        const source = pattern.replace(/\*+/g, (stars) => (stars.length > 1 ? '[^]*' : '[^/]*'));
        expect(urlGlob(pattern)(url)).toBe(new RegExp(`^${source}$`).test(url));
      }),
      { numRuns: 2_000 },
    );
  });

  it('does no more work for a hostile pattern than for a harmless one', () => {
    const fits = urlGlob(`${'*a'.repeat(500)}**${'a*'.repeat(400)}b`);

    // By way of trial and error this would outlast the sun.
    expect(fits('a'.repeat(8_192))).toBe(false);
    expect(fits(`${'a'.repeat(8_000)}b`)).toBe(true);
  });
});
