import { describe, expect, it } from 'vitest';
import { checkHost, checkHttpOrigin, checkUpgradeOrigin } from './origin.js';

const EXTENSION = 'chrome-extension://abcdefghijklmnop';
const OTHER_EXTENSION = 'moz-extension://0d2f9d1e-5a6b-4b0e-9f6a-000000000000';
const WEB = 'https://console.example';
const EVIL = 'https://evil.example';

const open = { extensionOrigins: [], controllerOrigins: [] };
const pinned = { extensionOrigins: [EXTENSION], controllerOrigins: [WEB] };

describe('the Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:8787',
    '127.0.0.1',
    '127.0.0.1:1',
    '192.168.1.20:65535',
    '[::1]',
    '[::1]:8787',
    '[fe80::1]:80',
    'relay.example',
    'Relay.Example:443',
  ])('%s names this relay', (host) => {
    expect(() => checkHost(host, { allowedHosts: ['relay.example'] })).not.toThrow();
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8787',
    'localhost.evil.example',
    'localhost.',
    'relay.example.evil',
    '127.0.0.1.nip.io',
    '127.1',
    '0x7f000001',
    '2130706433',
    'localhost@evil.example',
    'localhost:80@evil.example',
    'localhost/evil',
    'evil.example#localhost',
    '[::1',
    '::1',
    '[::1%25eth0]',
    'localhost:port',
    'localhost, evil.example',
    ' localhost',
  ])('%s is refused', (host) => {
    expect(() => checkHost(host, { allowedHosts: ['relay.example'] })).toThrow('Host header');
  });
});

describe('the Origin header of an upgrade', () => {
  it.each([
    ['node', undefined, open],
    ['node', EXTENSION, open],
    ['node', OTHER_EXTENSION, open],
    ['node', undefined, pinned],
    ['node', EXTENSION, pinned],
    ['controller', undefined, open],
    ['controller', WEB, pinned],
    [undefined, undefined, open],
    [undefined, WEB, pinned],
  ] as const)('role %s from %s may connect', (role, origin, policy) => {
    expect(() => checkUpgradeOrigin(origin, role, policy)).not.toThrow();
  });

  it.each([
    ['node', 'null', open],
    ['node', EVIL, open],
    ['node', 'http://localhost:8787', open],
    ['node', 'chrome-extension://', open],
    ['node', 'https://evil.example/chrome-extension://abc', open],
    ['node', OTHER_EXTENSION, pinned],
    ['node', WEB, pinned],
    ['node', 'null', pinned],
    ['controller', EXTENSION, open],
    ['controller', EXTENSION, pinned],
    ['controller', 'null', open],
    ['controller', EVIL, pinned],
    ['controller', 'http://127.0.0.1:8787', open],
    [undefined, EXTENSION, open],
    [undefined, EVIL, pinned],
    [undefined, 'null', pinned],
  ] as const)('role %s from %s is refused', (role, origin, policy) => {
    expect(() => checkUpgradeOrigin(origin, role, policy)).toThrow('origin');
  });
});

describe('the Origin header of a request', () => {
  it.each([
    [undefined, open],
    [EXTENSION, open],
    [OTHER_EXTENSION, open],
    [EXTENSION, pinned],
    [WEB, pinned],
  ] as const)('%s may ask', (origin, policy) => {
    expect(() => checkHttpOrigin(origin, policy)).not.toThrow();
  });

  it.each([
    ['null', open],
    [EVIL, open],
    ['http://127.0.0.1:8787', open],
    ['null', pinned],
    [EVIL, pinned],
    [OTHER_EXTENSION, pinned],
    [`${WEB}.evil.example`, pinned],
  ] as const)('%s is refused', (origin, policy) => {
    expect(() => checkHttpOrigin(origin, policy)).toThrow('origin');
  });
});
