import { expect, it } from 'vitest';
import { requireAllowedUrl } from './allowed-url.js';

it.each(['http://localhost:1', 'https://example.com/a?b#c', 'HTTPS://EXAMPLE.COM', 'about:blank'])(
  '%s may be opened',
  (url) => {
    expect(requireAllowedUrl(url)).toBe(url);
  },
);

it.each([
  'file:///etc/passwd',
  'chrome://settings',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,hi',
  'view-source:https://example.com',
  'about:config',
  'about:blank\n//evil',
  'blob:https://example.com/1',
  'ftp://example.com',
  'example.com',
  'https:///etc',
  '//example.com',
  '',
])('%j may not', (url) => {
  expect(() => requireAllowedUrl(url)).toThrowError(expect.objectContaining({ code: 'invalid_action_input' }));
});
