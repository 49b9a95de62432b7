import { describe, expect, it } from 'vitest';
import { requireHostRule } from './host-rule.js';

describe('requireHostRule', () => {
  it.each([
    ['example.com', 'https://example.com/a?b#c', true],
    ['example.com', 'http://www.example.com:8080/', true],
    ['example.com', 'https://EXAMPLE.com./', true],
    ['Example.COM.', 'https://example.com/', true],
    ['example.com', 'https://notexample.com/', false],
    ['example.com', 'https://example.com.evil.test/', false],
    ['www.example.com', 'https://example.com/', false],
    ['example.com', 'https://evil.test/?example.com', false],
    ['example.com', 'https://example.com@evil.test/', false],
    ['example.com:8080', 'http://example.com:8080/', true],
    ['example.com:8080', 'http://example.com/', false],
    ['example.com:80', 'http://example.com/', true],
    ['example.com:443', 'wss://api.example.com/', true],
    ['example.com:80', 'https://example.com/', false],
    ['127.0.0.1', 'http://127.0.0.1:9999/', true],
    ['[::1]:9999', 'http://[::1]:9999/', true],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['example.com', 'about:blank', false],
    ['example.com', 'chrome-error://chromewebdata/', false],
    ['example.com', '', false],
  ])('says of %s and %s: %s', (rule, url, fits) => {
    expect(requireHostRule(rule, 'site')(url)).toBe(fits);
  });

  it.each(['https://example.com', 'example.com/path', 'a b', 'user@example.com', 'example.com:port', '.', '[', 'a?b'])(
    'refuses %s, which is no host, and names the field',
    (text) => {
      expect(() => requireHostRule(text, 'options.site')).toThrow(
        expect.objectContaining({ code: 'invalid_action_input', message: expect.stringMatching(/^options\.site: /) }),
      );
    },
  );
});
