import { expect, it } from 'vitest';
import { urlWithRole } from './url-with-role.js';

it.each([
  ['ws://127.0.0.1:8787', 'ws://127.0.0.1:8787/?role=node'],
  ['ws://127.0.0.1:8787/', 'ws://127.0.0.1:8787/?role=node'],
  ['wss://example.com/otto', 'wss://example.com/otto?role=node'],
  ['wss://example.com/otto?via=tunnel', 'wss://example.com/otto?via=tunnel&role=node'],
])('%s gets the role', (url, expected) => {
  expect(urlWithRole(url, 'node')).toBe(expected);
});
