import { expect, it } from 'vitest';
import { skewFinding } from './clock.js';
import { roomFinding } from './disk-space.js';
import { nodeVersion } from './node-version.js';
import { stalePairings } from './pairings.js';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;

it.each([
  ['18.20.4', 'fail'],
  ['20.18.3', 'fail'],
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node %s is %s', (version, level) => {
  expect(nodeVersion(version).level).toBe(level);
});

it.each([
  [99, 'fail'],
  [100, 'warn'],
  [1_023, 'warn'],
  [1_024, 'ok'],
])('%d MiB of room are %s', (mib, level) => {
  expect(roomFinding(mib * 1_048_576, '/home').level).toBe(level);
});

it('a place with a space in its name is one word of the remedy', () => {
  expect(roomFinding(0, '/Volumes/My Disk').remedy).toBe("df -h '/Volumes/My Disk'");
});

it.each([
  ['agrees', NOW, 'ok', undefined],
  ['agrees, as its second has not ended', NOW - 5_900, 'ok', undefined],
  ['is behind', NOW + 60_000, 'warn', 'The clock is 60 s behind the relay’s.'],
  ['is ahead', NOW - 61_000, 'warn', 'The clock is 60 s ahead of the relay’s.'],
  ['cannot be told', Number.NaN, 'warn', 'What answers as the relay tells no time.'],
])('a clock that %s is told', (_, relayTime, level, message) => {
  const finding = skewFinding({ relayTime, sentAt: NOW, answeredAt: NOW }, 'linux');

  expect(finding.level).toBe(level);
  expect(finding.remedy === undefined).toBe(level === 'ok');
  if (message !== undefined) expect(finding.message).toBe(message.replace('’', "'"));
});

it.each<[NodeJS.Platform, RegExp]>([
  ['linux', /^sudo timedatectl /],
  ['darwin', /^sudo sntp /],
  ['win32', /^w32tm /],
  ['freebsd', /^set the clock/],
])('a clock is set on %s by %s', (platform, remedy) => {
  expect(skewFinding({ relayTime: 0, sentAt: NOW, answeredAt: NOW }, platform).remedy).toMatch(remedy);
});

it('a node that was away for over 30 days is told, the longest away first', () => {
  const nodes = [
    { nodeId: 'here', connected: true, lastSeenAt: NOW - 90 * DAY_MS },
    { nodeId: 'lately', connected: false, lastSeenAt: NOW - 30 * DAY_MS },
    { nodeId: 'long', connected: false, lastSeenAt: NOW - 31 * DAY_MS },
    { nodeId: 'longest', connected: false, lastSeenAt: NOW - 40 * DAY_MS },
  ];

  expect(stalePairings(nodes, NOW)).toEqual({
    level: 'warn',
    message: '2 paired nodes were away for over 30 days, longest for 40.',
    remedy: 'otto node remove longest',
  });
  expect(stalePairings(nodes.slice(0, 2), NOW).level).toBe('ok');
});
