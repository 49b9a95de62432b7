import { describe, expect, it } from 'vitest';
import { wanting } from '../../test/heard-network.js';
import { browserPatterns } from './browser-patterns.js';
import { Capture } from './capture.js';

const capture = (mode: 'network' | 'fetch' | 'hybrid', urlPatterns: string[] = []) =>
  new Capture(wanting({ mode, urlPatterns }), { captured: () => {}, missed: () => {}, detached: () => {} });

describe('what the browser is to stop', () => {
  it('is nothing for those who only look on', () => {
    expect(browserPatterns([])).toBeUndefined();
    expect(browserPatterns([capture('network', ['https://a.test/**'])])).toBeUndefined();
  });

  it('is everything as soon as one who stops names no addresses', () => {
    expect(browserPatterns([capture('fetch', ['https://a.test/**']), capture('hybrid')])).toEqual(['*']);
  });

  it('is what any of them names, each once', () => {
    const captures = [capture('fetch', ['a*', 'b']), capture('hybrid', ['b', 'c']), capture('network', ['d'])];

    expect(browserPatterns(captures)).toEqual(['a*', 'b', 'c']);
  });

  it.each([
    ['https://a.test/**', 'https://a.test/*'],
    ['**/api/*', '*/api/*'],
    ['/a***b', '/a*b'],
    // A question mark stands for itself with us, and for any character in the browser.
    ['/a?b=1', String.raw`/a\?b=1`],
    [String.raw`/a\*b`, String.raw`/a\*b`],
    [String.raw`/a\?b`, String.raw`/a\?b`],
    [String.raw`/a\\b`, String.raw`/a\\b`],
    [String.raw`/\a`, '/a'],
    ['/a\\', String.raw`/a\\`],
    ['/[a]{b}', '/[a]{b}'],
    ['/ü\n*', '/ü\n*'],
  ])('says %j as %j', (glob, pattern) => {
    expect(browserPatterns([capture('fetch', [glob])])).toEqual([pattern]);
  });
});
