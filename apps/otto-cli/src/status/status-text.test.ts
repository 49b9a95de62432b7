import type { StatusReply } from '@telepat/otto-protocol/http';
import { describe, expect, it } from 'vitest';
import { duration } from './duration.js';
import { statusText } from './status-text.js';
import { versionWarning } from './version-warning.js';
import { withRemedy } from './warning-remedy.js';

const NOW = 1_000_000_000;

describe('statusText', () => {
  it('says who is there and who holds what, by name', () => {
    expect(statusText(BUSY, { now: NOW, isFull: false })).toBe(
      [
        'Nodes: 1',
        '  n1: 1 running, 2 waiting, answered 2 s ago',
        'Controllers: 1',
        '  Laptop (clt_1): connected for 1 min 5 s, heard 3 s ago',
        'Tabs open: 1',
        '  Laptop (clt_1) at n1, for 2 h 1 min',
        'Locks: 3',
        '  t1 at n1: ctl_2, for 30 s more',
        '  … and 2 more',
        'Busy tabs: 1',
        '  t1 at n1: runs primitive.tab.reload of the relay for 1 s; 2 waiting, first primitive.dom.click of Laptop (clt_1) for 4 s',
        'Durable commands without an outcome: 1',
        '  r1 of Laptop (clt_1) at n1: outcome unknown, accepted 1 d 0 h ago',
      ].join('\n'),
    );
  });

  it('goes by the clock of the relay, however wrong ours is, and by ours at an older relay', () => {
    const ofRelay = statusText({ ...BUSY, now: NOW }, { now: NOW + 3_600_000, isFull: false });

    expect(ofRelay).toBe(statusText(BUSY, { now: NOW, isFull: false }));
  });

  it('says what nodes can do when that is asked for, and what to do when there is none', () => {
    expect(statusText(BUSY, { now: NOW, isFull: true })).toContain('; can primitive.tab.open');
    expect(statusText(IDLE, { now: NOW, isFull: false })).toBe('No node is connected. Start one with otto node start.');
  });
});

it('a duration is told by its two largest units', () => {
  const told = [-5, 999, 59_000, 3_725_000, 90_061_000].map(duration);

  expect(told).toEqual(['0 s', '0 s', '59 s', '1 h 2 min', '1 d 1 h']);
});

it.each([
  ['The operation log cannot be written: ENOSPC.', /Run: df -h \/relay$/],
  ['Durable commands cannot be journalled: EIO.', /Run: df -h \/relay$/],
  ['2 damaged lines of a.jsonl were moved to a.jsonl.rejected.', /Run: less \/relay\/a\.jsonl\.rejected$/],
  [
    'The relay listens on 0.0.0.0, where other machines may reach it, …',
    /Run: OTTO_RELAY_HOST=127\.0\.0\.1 otto restart$/,
  ],
  [versionWarning({ own: '1.10.0', relay: '1.9.3' }) ?? '', /is an older one, version 1\.9\.3\. Run: otto restart$/],
  [versionWarning({ own: '1.9.0', relay: '2.0.0' }) ?? '', /is another one, version 2\.0\.0\. Run: otto restart$/],
  ['The disk of /relay is nearly full: 5 MiB are left.', /Run: df -h \/relay$/],
  [
    '/mnt/disk1/pid file of the relay is gone/relay.pid is left from a relay that did not stop in order (pid 1): gone.',
    /Run: otto start$/,
  ],
  ['The pid file of the relay is gone or wrong (/mnt/disk1/relay.pid), so …', /Run: otto restart$/],
  ['2 damaged lines of a.jsonl were moved to disk.rejected.', /Run: less \/relay\/disk\.rejected$/],
  ['Something new.', /^Something new\.$/],
])('a warning comes with the command that mends it: %s', (warning, expected) => {
  expect(withRemedy(warning, '/relay')).toMatch(expected);
});

const OWN = { identity: 'clt_1', name: 'Laptop' };

const IDLE: StatusReply = {
  version: '1',
  pid: 1,
  port: 1,
  uptimeMs: 1,
  sessions: [],
  nodes: [],
  tabs: [],
  locks: [],
  queues: [],
  durableCommands: [],
  counts: { sessions: 0, nodes: 0, tabs: 0, locks: 0, queues: 0, durableCommands: 0 },
  warnings: [],
};

const BUSY: StatusReply = {
  ...IDLE,
  sessions: [
    { role: 'controller', ...OWN, connectedAt: NOW - 65_000, lastFrameAt: NOW - 3_000 },
    { role: 'node', identity: 'n1', connectedAt: NOW, lastFrameAt: NOW },
  ],
  nodes: [
    {
      nodeId: 'n1',
      capabilities: ['primitive.tab.open'],
      connectedAt: NOW,
      lastPongAt: NOW - 2_000,
      inFlight: 1,
      queued: 2,
    },
  ],
  tabs: [{ owner: OWN, nodeId: 'n1', since: NOW - 7_260_000 }],
  locks: [{ nodeId: 'n1', tabSessionId: 't1', holder: { identity: 'ctl_2' }, expiresAt: NOW + 30_000 }],
  queues: [
    {
      nodeId: 'n1',
      tabSessionId: 't1',
      depth: 2,
      running: { requestId: 'r0', action: 'primitive.tab.reload', ageMs: 1_000 },
      head: { requestId: 'r1', action: 'primitive.dom.click', owner: OWN, ageMs: 4_000 },
    },
  ],
  durableCommands: [
    { requestId: 'r1', nodeId: 'n1', owner: OWN, phase: 'unknown', acceptedAt: NOW - 86_400_000, waiting: 0 },
  ],
  counts: { sessions: 2, nodes: 1, tabs: 1, locks: 3, queues: 1, durableCommands: 1 },
};
