import { describe, expect, it } from 'vitest';
import { hostOf, isOfSite } from './site-host.js';

describe('the host of a page', () => {
  it.each([
    ['https://Shop.Test/a?b#c', 'shop.test'],
    ['http://shop.test:8080/', 'shop.test'],
    ['http://shop.test?at=https://other.test/', 'shop.test'],
    ['http://shop.test#@other.test/', 'shop.test'],
    ['http://shop.test@other.test/', 'other.test'],
    ['http://name:pass@other.test:80/', 'other.test'],
    ['http://shop.test./', 'shop.test'],
    ['http://[::1]:80/', '[::1]'],
    ['about:blank', undefined],
    ['chrome-error://chromewebdata/', undefined],
    ['data:text/html,http://shop.test/', undefined],
    ['blob:http://shop.test/1', undefined],
    ['', undefined],
    ['http://', undefined],
  ])('of %s is %s', (url, host) => {
    expect(hostOf(url)).toBe(host);
  });

  it.each([
    ['shop.test', 'shop.test', true],
    ['www.shop.test', 'shop.test', true],
    ['a.b.shop.test', 'Shop.Test', true],
    ['myshop.test', 'shop.test', false],
    ['shop.test.evil.test', 'shop.test', false],
    ['test', 'shop.test', false],
  ])('%s is of the site %s: %s', (host, site, isOf) => {
    expect(isOfSite(host, site)).toBe(isOf);
  });
});
