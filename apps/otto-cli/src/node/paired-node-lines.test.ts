import { expect, it } from 'vitest';
import { pairedNodeLines } from './paired-node-lines.js';

const NOW = Date.UTC(2026, 0, 2);
const AWAY = { nodeId: 'n1', pairedAt: NOW - 9_000, lastSeenAt: NOW, connected: false, grants: [], grantCount: 0 };

it.each([
  [
    'that is connected with when it last answered',
    { connected: true, lastPongAt: NOW - 65_000 },
    /^n1 {2}connected, answered 1 min 5 s ago, paired /,
  ],
  ['of an older relay without that', { connected: true }, /^n1 {2}connected, paired /],
  ['that is away with when it was there', { connected: false }, /^n1 {2}last seen .*, paired /],
])('shows a node %s', (_what, presence, line) => {
  expect(pairedNodeLines({ ...AWAY, ...presence }, { now: NOW })).toEqual([expect.stringMatching(line)]);
});

it('shows whom it lets in, and how many more there are', () => {
  const grants = [{ clientId: 'clt_1', name: 'Laptop', grantedAt: NOW }];

  const [, ...lines] = pairedNodeLines({ ...AWAY, grants, grantCount: 3 }, { now: NOW });

  expect(lines).toEqual(['  granted to Laptop (clt_1)', '  … and to 2 more']);
});
