import type { Clock } from '@telepat/otto-relay-link';
import { settled } from '@telepat/otto-relay-link/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OttoError, type CommandOptions, type OttoClient, type TabLease, type Updates } from '../src/index.js';
import { sdkWorld, type SdkWorld } from './world.js';

/** The same stories in each run; another number, by `OTTO_SETTLING_SEED`, tells others. */
const SEED = Number(process.env['OTTO_SETTLING_SEED'] ?? 7);

it(
  'every promise settles, whatever becomes of the connection, and leaves no timer and no listener',
  // Hundreds of stories take seconds, and many more on a busy machine: this only ends a run that hangs.
  { timeout: 120_000 },
  async () => {
    const steps = fc.array(step, { minLength: 3, maxLength: 25 });

    await fc.assert(fc.asyncProperty(steps, fc.boolean(), survives), { numRuns: 300, seed: SEED });
  },
);

/** What can happen to a client, its connection and its node. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), durable: fc.boolean(), retry: fc.boolean(), reads: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('lock' as const, 'release' as const, 'subscribe' as const, 'follow' as const) }),
  fc.record({ kind: fc.constant('abort' as const), index: fc.nat(9) }),
  fc.record({ kind: fc.constant('answer' as const), index: fc.nat(9), isGood: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'down' as const, 'up' as const, 'turn' as const) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 200, 1_500, 9_000) }),
  fc.record({ kind: fc.constant('close' as const), code: fc.constantFrom(1_001, 1_009, 4_408) }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function survives(steps: readonly Step[], leavesAtOnce: boolean): Promise<void> {
  const world = await sdkWorld({ scopes: ['primitive.*', 'listener.*', 'logs.read'] });
  const run = new Run(world, await world.node(() => 'silence'));
  run.client = await world.connect('alice', { platform: { ...world.platform, clock: run.clock } });
  for (const one of steps) await run.take(one);
  if (leavesAtOnce) await run.client.close();
  // Longer than every budget with its margin, in steps in which the rest of the world can do its part.
  for (let passed = 0; passed < (leavesAtOnce ? 0 : 30_000); passed += 500) {
    await settled();
    world.relay.clock.advance(500);
  }
  await settled();

  expect(run.pending.filter((what) => what !== 'stream')).toEqual([]);
  await run.client.close();
  await settled();
  expect(run.pending).toEqual([]);
  for (const outcome of run.outcomes) {
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(OttoError);
  }
  expect(run.signals.reduce((sum, { listenerCount }) => sum + listenerCount, 0)).toBe(0);
  expect(run.clock.armedCount).toBe(0);
  expect(world.relay.bugs).toEqual([]);
}

class Run {
  readonly clock: CountingClock;
  readonly signals: CountingAbort[] = [];
  readonly outcomes: unknown[] = [];
  client!: OttoClient;
  readonly leases: TabLease[] = [];
  readonly #world: SdkWorld;
  readonly #node: Awaited<ReturnType<SdkWorld['node']>>;

  constructor(world: SdkWorld, node: Awaited<ReturnType<SdkWorld['node']>>) {
    this.#world = world;
    this.#node = node;
    this.clock = new CountingClock(world.relay.clock);
  }

  /** What has not settled. */
  get pending(): unknown[] {
    return this.outcomes.filter((outcome) => typeof outcome === 'string');
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'send':
        return this.#send(one);
      case 'lock':
        return this.#lock();
      case 'release':
        return this.#watch('release', this.leases.at(-1)?.release() ?? Promise.resolve());
      case 'subscribe':
        return this.#read((signal) => this.client.listeners.subscribe({ nodeId: 'n1', listener: 'ticks', signal }));
      case 'follow':
        return this.#read((signal) => this.client.logs.follow({ signal }));
      case 'abort':
        return this.signals[one.index]?.abort();
      case 'answer': {
        const command = this.#node.commands[one.index];
        const error = { code: 'tab_busy', category: 'lock_conflict', retryable: true, effect: 'none' };
        if (command !== undefined) this.#node.reply(command, one.isGood ? { data: {} } : { error });
        return;
      }
      case 'cut':
        return this.#world.newestSocket.drop();
      case 'close':
        return this.#world.newestSocket.close(one.code);
      case 'down':
      case 'up':
        this.#world.isDown = one.kind === 'down';
        return;
      case 'pass':
        return this.#world.relay.clock.advance(one.ms);
      case 'turn':
        return settled();
    }
  }

  #send({ durable, retry, reads }: { durable: boolean; retry: boolean; reads: boolean }): void {
    const options: CommandOptions = {
      nodeId: 'n1',
      timeoutMs: 5_000,
      retry,
      signal: this.#signal(),
      ...(durable ? { idempotencyKey: `key_${this.outcomes.length}` } : {}),
    };
    this.#watch('command', this.client.send(reads ? 'primitive.tab.query' : 'primitive.of_tomorrow', {}, options));
  }

  #lock(): void {
    const locking = this.client.node('n1').tab('t1').lock({ leaseMs: 2_000, signal: this.#signal() });
    this.#watch('lock', locking);
    locking.then((lease) => this.leases.push(lease)).catch(() => {});
  }

  #read(open: (signal: AbortSignal) => Updates<unknown>): void {
    const updates = open(this.#signal());
    this.#watch('ready', updates.ready);
    const readAll = async () => {
      for await (const _update of updates);
    };
    this.#watch('stream', readAll());
  }

  #signal(): AbortSignal {
    const abort = new CountingAbort();
    this.signals.push(abort);
    return abort.signal;
  }

  #watch(what: string, promise: Promise<unknown>): void {
    const index = this.outcomes.push(what) - 1;
    promise.then(
      (result) => (this.outcomes[index] = { result }),
      (error: unknown) => (this.outcomes[index] = error),
    );
  }
}

/** Counts the timers that are armed through it. */
class CountingClock implements Clock {
  armedCount = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  after(ms: number, run: () => void): { cancel(): void } {
    let isArmed = true;
    this.armedCount += 1;
    const disarm = (): void => {
      if (isArmed) this.armedCount -= 1;
      isArmed = false;
    };
    const timer = this.#clock.after(ms, () => {
      disarm();
      run();
    });
    return {
      cancel: () => {
        disarm();
        timer.cancel();
      },
    };
  }
}

/** Counts who listens to its signal. */
class CountingAbort extends AbortController {
  listenerCount = 0;

  constructor() {
    super();
    const { signal } = this;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    const listeners = new Set<unknown>();
    signal.addEventListener = (type: string, listener: () => void, options?: object) => {
      listeners.add(listener);
      this.listenerCount = listeners.size;
      add(type, listener, options);
    };
    signal.removeEventListener = (type: string, listener: () => void) => {
      listeners.delete(listener);
      this.listenerCount = listeners.size;
      remove(type, listener);
    };
  }
}
