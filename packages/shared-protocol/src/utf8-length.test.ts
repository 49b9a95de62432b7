import { expect, it } from 'vitest';
import { utf8Length } from './utf8-length.js';

it.each(['', 'a', 'é', '€', '😀', 'aé€😀b', '\u0000\u007f\u0080\u07ff\u0800\uffff'])(
  'counts what %j takes in UTF-8',
  (text) => {
    expect(utf8Length(text)).toBe(escapedBytes(text));
  },
);

it('counts half of a pair as what stands in for it', () => {
  expect(['\ud800', 'a\udc00b', '\ud800\ud800\udc00'].map(utf8Length)).toEqual([3, 5, 7]);
});

/** What the language itself makes of it, a `%XX` for each byte that is no letter. */
function escapedBytes(text: string): number {
  return encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, '-').length;
}
