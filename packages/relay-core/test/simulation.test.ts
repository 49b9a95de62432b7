import { describe, expect, it } from 'vitest';
import { withBundle } from '../sim/bundle.mjs';
import { faultsIn, rareIn } from '../sim/coverage.js';
import { runCrew } from '../sim/crew.mjs';
import { INVARIANTS } from '../sim/invariants.js';
import { replay, runSeed } from '../sim/run-history.js';
import type { Setting } from '../sim/setting.js';
import { shrink } from '../sim/shrink.js';
import { isDemanded } from '../sim/sources.mjs';
import type { CommandStep, ConnectStep, Step } from '../sim/steps.js';

const SEEDS = 2_000;

describe('storms', () => {
  it(`every invariant holds in ${SEEDS} of them`, { timeout: 120_000 }, async ({ annotate }) => {
    const result = await withBundle((bundle) => runCrew({ bundle, from: 1, to: 1 + SEEDS }));
    const { brokenSeed, commands, counts, elapsedMs, seeds } = result;
    const rate = Math.round(seeds / (elapsedMs / 1_000));
    await annotate(`${seeds} seeds, ${commands} commands, ${faultsIn(counts)} faults, ${rate} seeds/s`);
    const again = `npm run sim -- --seed ${brokenSeed}`;
    expect(brokenSeed === undefined ? undefined : `${result.invariant} is broken: ${again}`).toBeUndefined();
    expect(seeds).toBe(SEEDS);
    // What storms no longer bring about, they no longer prove.
    expect(rareIn(counts, 1)).toEqual([]);
  });

  it('each invariant is demanded somewhere', () => {
    const forgotten = Object.keys(INVARIANTS).filter((name) => !isDemanded(name));
    expect(forgotten).toEqual([]);
  });

  it('the same seed is the same history, to the last frame', async () => {
    const { history } = await runSeed(7);
    const again = await runSeed(7);
    expect(again.history).toEqual(history);
  });

  it('a history is shrunk to the steps that matter', async () => {
    const history: Step[] = Array.from({ length: 40 }, (_, ms) => ({ do: 'pass', ms }));
    const breaks = (steps: readonly Step[]) =>
      Promise.resolve([3, 17, 31].every((ms) => steps.some((step) => step.do === 'pass' && step.ms === ms)));
    expect(await shrink(history, breaks)).toEqual([
      { do: 'pass', ms: 3 },
      { do: 'pass', ms: 17 },
      { do: 'pass', ms: 31 },
    ]);
  });
});

const SETTING: Setting = {
  isPatient: false,
  rateLimitPerMin: 100_000,
  tabQueueLimit: 20,
  controllerQueueLimit: 100,
  grants: [
    ['alice', 'n1'],
    ['bob', 'n1'],
  ],
};

function connect(socket: string, instance: string | null = null): ConnectStep {
  const who = socket.split('#')[0] ?? '';
  return { do: 'connect', socket, who, token: 'good', instance, burst: [], meanwhile: null };
}

function command(socket: string, id: string, fields: Partial<CommandStep> = {}): CommandStep {
  const rest = { waits: true, timeoutMs: null, nonce: id, ageMs: 0, input: {}, key: null, fault: null };
  return { do: 'command', socket, id, node: 'n1', action: 'primitive.tab.navigate', tab: 't1', ...rest, ...fields };
}

function answer(socket: string, id: string, how: 'ok' | 'cancelled' | 'status' = 'ok'): Step {
  return { do: 'answer', socket, id, how };
}

function lock(socket: string, id: string, leaseMs: number | null = null): Step {
  return { do: 'lock', socket, id, node: 'n1', tab: 't1', leaseMs };
}

const pass = (ms: number): Step => ({ do: 'pass', ms });
const setOut = [connect('n1#1', 'i1'), connect('alice#2'), connect('bob#3')];

/** What is hard to reach by chance: each history, then quiet, with the model watching. */
const HISTORIES: readonly (readonly [promise: string, steps: readonly Step[]])[] = [
  [
    'the late close of a replaced node socket changes nothing',
    [
      command('alice#2', 'c1'),
      connect('n1#4', 'i1'),
      { do: 'report_closed', socket: 'n1#1' },
      answer('n1#1', 'c1'),
      answer('n1#4', 'c1'),
      command('alice#2', 'c2'),
    ],
  ],
  [
    'a live id is refused in its session and at its node, and free again once its command is over',
    [
      command('alice#2', 'c1'),
      command('alice#2', 'c1', { nonce: 'x1' }),
      command('bob#3', 'c1', { nonce: 'x2' }),
      answer('n1#1', 'c1'),
      command('bob#3', 'c1', { nonce: 'x3' }),
    ],
  ],
  [
    'a node that is silent through the draining time loses the tab to the next, and its late answer is nobody’s',
    [
      command('alice#2', 'c1', { timeoutMs: 1_000.5 }),
      command('bob#3', 'c2'),
      pass(2_000),
      pass(4_000),
      answer('n1#1', 'c1'),
      answer('n1#1', 'c2'),
    ],
  ],
  [
    'the locks of a controller that left free the tab for those who wait',
    [lock('alice#2', 'l1'), command('bob#3', 'c1'), { do: 'hang_up', socket: 'alice#2' }, answer('n1#1', 'c1')],
  ],
  [
    'who is refused when its turn comes does not stall those behind it',
    [
      command('bob#3', 'c1'),
      command('alice#2', 'c2'),
      command('alice#2', 'c3', { tab: 't2' }),
      command('bob#3', 'c4'),
      { do: 'grant', who: 'alice', node: 'n1', forMs: 1_500 },
      { do: 'jump', ms: 2_000 },
      answer('n1#1', 'c1'),
      answer('n1#1', 'c4'),
      pass(1_000),
    ],
  ],
  [
    'a durable command that left before a crash is asked about and never sent again',
    [
      command('alice#2', 'c1', { key: 'k1' }),
      { do: 'crash' },
      connect('n1#4', 'i1'),
      connect('alice#5'),
      command('alice#5', 'c2', { key: 'k1' }),
      answer('n1#4', 'req_1', 'status'),
      answer('n1#4', 'c1'),
      command('alice#5', 'c3', { key: 'k1' }),
    ],
  ],
  [
    'a durable command that was not on disk before a crash runs as if it were new',
    [
      { do: 'disk', mode: 'slow' },
      command('alice#2', 'c1', { key: 'k1' }),
      { do: 'crash' },
      { do: 'disk', mode: 'fast' },
      connect('n1#4', 'i1'),
      connect('alice#5'),
      command('alice#5', 'c2', { key: 'k1' }),
      answer('n1#4', 'c2'),
    ],
  ],
  [
    'a durable command whose tab is locked while the disk works waits at its head',
    [
      { do: 'disk', mode: 'slow' },
      command('alice#2', 'c1', { key: 'k1' }),
      lock('bob#3', 'l1', 3_000.25),
      command('alice#2', 'c2'),
      { do: 'sync', count: 1 },
      command('bob#3', 'c3'),
      answer('n1#1', 'c3'),
      pass(4_000),
      { do: 'sync', count: 1 },
      answer('n1#1', 'c1'),
      answer('n1#1', 'c2'),
    ],
  ],
];

describe('scripted histories', () => {
  it.each(HISTORIES)('%s', async (_promise, steps) => {
    const ending = await replay({ setting: SETTING, steps: [...setOut, ...steps] }, { traces: true });
    expect(ending.broken).toBeUndefined();
  });
});
