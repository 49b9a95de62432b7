import type { LogEntry } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { commandLife, type CommandLife } from './command-life.js';
import { explanation } from './explanation.js';
import { heldBy } from './neighbours.js';

const START = Date.parse('2026-01-31T12:00:00.000Z');
const NOW = START + 60_000;
let count = 0;

function entry(ms: number, type: string, facts: Partial<LogEntry> = {}): LogEntry {
  count += 1;
  return {
    id: String(count),
    timestamp: new Date(START + ms).toISOString(),
    level: 'info',
    source: 'controller',
    type,
    requestId: 'req_1',
    nodeId: 'node_a',
    clientId: 'clt_a',
    controllerId: 'ctl_a',
    action: 'primitive.dom.click',
    ...facts,
  };
}

const IN_TAB = { data: { tabSessionId: 'tab_1' } };

function lifeOf(entries: readonly LogEntry[]): CommandLife {
  const life = commandLife(entries);
  if (life === undefined) throw new Error('no life in these entries');
  return life;
}

function textsOf(entries: readonly LogEntry[], held?: readonly CommandLife[]): string {
  const { steps, advice } = explanation(lifeOf(entries), { held, now: NOW });
  return [...steps.map(({ text }) => text), ...advice].join('\n');
}

const WAITED = [
  entry(0, 'command_queued', { status: 'queued', data: { queueDepth: 2, tabSessionId: 'tab_1' } }),
  entry(1_500, 'command_routed', { status: 'routed', data: { waitedMs: 1_500, tabSessionId: 'tab_1' } }),
  entry(1_700, 'result', { source: 'node', status: 'completed', durationMs: 1_700 }),
];

describe('the life of a command', () => {
  it('tells who asked, what was checked, how long it waited, when the node had it and how it ended', () => {
    expect(lifeOf(WAITED)).toMatchObject({
      clientId: 'clt_a',
      controllerId: 'ctl_a',
      nodeId: 'node_a',
      tabSessionId: 'tab_1',
    });
    expect(textsOf(WAITED)).toBe(
      [
        "Checked and found in order: the role of the sender, the rate limit, the scopes, replay protection, the form of the command, the node owner's grant, the idempotency key, the request id, whether the node is there, the lock of the tab, room in the queues.",
        'It waited as number 2 in the queue of its tab for 1.5 s.',
        'The node had it.',
        'The node answered: completed, 200 ms after the node had it, 1.7 s in all.',
      ].join('\n'),
    );
  });

  it('names who held the tab meanwhile, in their order', () => {
    const other = { requestId: 'req_0', clientId: 'clt_b', action: 'primitive.tab.navigate', ...IN_TAB };
    const later = { requestId: 'req_9', clientId: 'clt_c', ...IN_TAB };
    const elsewhere = { requestId: 'req_8', data: { tabSessionId: 'tab_2' } };
    const former = { requestId: 'req_7', ...IN_TAB };
    const entries = [
      entry(-900, 'command_routed', former),
      entry(-800, 'result', { ...former, source: 'node', status: 'completed', durationMs: 100 }),
      entry(-500, 'command_routed', other),
      entry(-400, 'command_routed', elsewhere),
      ...WAITED.slice(0, 1),
      entry(900, 'result', { ...other, source: 'node', status: 'completed', durationMs: 1_400 }),
      entry(901, 'command_routed', later),
      entry(1_499, 'error', { ...later, source: 'node', status: 'element_not_found', durationMs: 598 }),
      ...WAITED.slice(1),
      entry(1_800, 'command_routed', { requestId: 'req_5', ...IN_TAB }),
    ];
    const held = heldBy(entries, lifeOf(WAITED));
    expect(held.map(({ requestId }) => requestId)).toEqual(['req_0', 'req_9']);
    expect(textsOf(WAITED, held)).toContain(
      'for 1.5 s, behind primitive.tab.navigate of clt_b (req_0), then primitive.dom.click of clt_c (req_9).',
    );
  });

  it('tells at which check a command was refused, and what to do', () => {
    const told = textsOf([entry(0, 'controller_acl_denied', { source: 'relay', status: 'acl_missing_node_grant' })]);
    expect(told).toContain("Refused at a check: the node owner's grant. In order before that: the role of the sender,");
    expect(told).not.toContain(
      'In order before that: the role of the sender, the rate limit, the scopes, replay protection, the form of the command, the node',
    );
    expect(told).toContain('otto access grant');
  });

  it('says whether a command that failed may have had its effect', () => {
    const [routed] = [entry(0, 'command_routed', { status: 'routed', ...IN_TAB })];
    const timedOut = { source: 'relay', status: 'command_timed_out', durationMs: 30_000 } as const;
    const unknown = [routed, entry(30_000, 'error', { ...timedOut, data: { effect: 'unknown' } })];
    expect(textsOf(unknown)).toContain('look at the page before you send it again');
    const none = [
      WAITED[0] ?? routed,
      entry(30_000, 'error', { ...timedOut, status: 'queue_wait_timed_out', data: { effect: 'none' } }),
    ];
    expect(textsOf(none)).toContain('safe to send it again');
    expect(textsOf(none)).toContain('The relay ended it: queue_wait_timed_out');
  });

  it('says that a command still runs, or that its relay was killed', () => {
    const open = [entry(0, 'command_routed', { status: 'routed', ...IN_TAB })];
    expect(explanation(lifeOf(open), { held: undefined, now: START + 1_000 }).outcome).toBe('running');
    expect(textsOf(open)).toContain('It has not ended yet.');
    const { steps } = explanation(lifeOf(open), { held: undefined, now: START + 700_000 });
    expect(steps.at(-1)?.text).toContain('the relay was killed');
  });

  it('tells the latest life of an id that was used before', () => {
    const first = [
      entry(-5_000, 'command_routed', { status: 'routed' }),
      entry(-4_000, 'error', { status: 'tab_crashed' }),
    ];
    expect(lifeOf([...first, ...WAITED]).end?.status).toBe('completed');
    expect(
      lifeOf([...WAITED, ...first.map((old) => ({ ...old, timestamp: new Date(START + 9_000).toISOString() }))]).end
        ?.status,
    ).toBe('tab_crashed');
  });

  it('does not mix in what another client did under the same id', () => {
    const stranger = { clientId: 'clt_x', controllerId: 'ctl_x', action: 'other' };
    const mixed = [
      entry(-10, 'command_routed', stranger),
      ...WAITED.slice(0, 2),
      entry(1_600, 'result', { ...stranger, source: 'node' }),
      ...WAITED.slice(2),
    ];
    expect(lifeOf(mixed)).toMatchObject({
      clientId: 'clt_a',
      action: 'primitive.dom.click',
      end: { durationMs: 1_700 },
    });
  });

  it('counts what was logged often instead of telling it all', () => {
    const updates = Array.from({ length: 9 }, (_, index) =>
      entry(1_600 + index, 'listener_update', { source: 'node' }),
    );
    const told = textsOf([...WAITED.slice(0, 2), ...updates, ...WAITED.slice(2)]);
    expect(told.match(/The node sent updates/g)).toHaveLength(3);
    expect(told).toContain('Also: 6 more of listener_update.');
  });
});
