import type { Role } from '@telepat/otto-protocol';
import { testRelay, type TestClient, type TestNode, type TestRelay } from '@telepat/otto-relay-core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heapBytes } from '../support/heap.js';
import { answerOwed } from './answers-owed.js';
import { fuzzSeed } from './fuzz-seed.js';
import { frameText } from './real-frames.js';

const CASES = 40_000;

/** The rings of the relay (its newest log entries) are full by then. */
const WARM_UP_CASES = 16_000;

const CASES_PER_ROUND = 100;
/** Longer than a controller may ask its tabs to be kept. */
const ROUND_MS = 700_000;

const GROWTH_BYTES_MAX = 8 * 1024 * 1024;

const PEERS = ['stranger', 'greeted stranger', 'strange node', 'controller', 'node'] as const;

it(`${CASES} frames, right and wrong, of strangers, controllers and nodes: each that is owed an answer has it, and nothing grows`, async () => {
  const play = await Play.begin();
  const cases = fc.oneof(
    ...PEERS.map((from) =>
      frameText(from === 'node' || from === 'strange node' ? 'node' : 'controller', () => play.isoNow()).map(
        (text) => ({
          from,
          text,
        }),
      ),
    ),
  );
  const property = fc.asyncProperty(cases, async ({ from, text }) => {
    await play.send(from, text);
    if (play.count % CASES_PER_ROUND === 0) await play.endRound();
    if (play.count === WARM_UP_CASES) heapAfterWarmUp = await heapBytes();
  });
  let heapAfterWarmUp = Infinity;

  await fc.assert(property, { numRuns: CASES, seed: fuzzSeed(), endOnFailure: true });

  expect(play.count).toBe(CASES);
  expect((await heapBytes()) - heapAfterWarmUp).toBeLessThan(GROWTH_BYTES_MAX);
  expect(play.answered).toBeGreaterThan(CASES / 2);
  await play.end();
}, 120_000);

/** One relay for all cases, and a connection of each kind, opened anew when it was closed. */
class Play {
  count = 0;
  answered = 0;
  readonly #world: TestRelay;
  readonly #clients = new Map<Peer, TestClient>();

  static async begin(): Promise<Play> {
    const config = { rateLimitPerMin: 1_000_000_000 };
    return new Play(await testRelay({ grants: { alice: ['n1'] }, scopes: ['*', 'logs.read'], config }));
  }

  constructor(world: TestRelay) {
    this.#world = world;
  }

  isoNow(): string {
    return this.#world.clock.isoNow();
  }

  /** Sends one text, and looks at what it was owed. */
  async send(from: Peer, text: string): Promise<void> {
    this.count += 1;
    const client = await this.#client(from);
    const isAuthenticated = client.connection.isAuthenticated;
    client.peer.received.length = 0;
    client.peer.raw.length = 0;

    client.sendText(text);
    await settled();

    // Assertions of the test runner would take more time than the relay.
    if (this.#world.bugs.length > 0) throw new Error('The relay met a bug.', { cause: this.#world.bugs[0] });
    const owed = answerOwed(text, { role: roleOf(from), isAuthenticated });
    if (owed === undefined) return;
    if (!client.received.some(({ requestId }) => requestId === owed)) throw new Error(`No answer to ${owed}.`);
    this.answered += 1;
  }

  /** Lets nodes answer and time pass, so that nothing is waited for at the end of a round. */
  async endRound(): Promise<void> {
    for (const client of this.#clients.values()) client.drop();
    this.#clients.clear();
    this.#world.clock.advance(ROUND_MS);
    await settled();
    this.#world.log.entries.length = 0;
    const { ledgers: _ledgers, durable: _durable, ...rest } = this.#world.relay.tables();
    for (const [table, size] of Object.entries(rest)) expect([table, size]).toEqual([table, 0]);
  }

  async end(): Promise<void> {
    await this.endRound();
    this.#world.relay.stop();
    expect(this.#world.bugs).toEqual([]);
  }

  async #client(from: Peer): Promise<TestClient> {
    const known = this.#clients.get(from);
    if (known !== undefined && known.peer.closedWith === undefined) return known;
    const client = await this.#open(from);
    this.#clients.set(from, client);
    return client;
  }

  async #open(from: Peer): Promise<TestClient> {
    if (from === 'controller') return this.#world.controller('alice');
    if (from === 'node') return answering(await this.#world.node('n1'));
    const client = this.#world.connect(roleOf(from));
    if (from === 'greeted stranger') client.send('hello', { role: 'controller' });
    return client;
  }
}

/** Some commands are answered at once, some never. */
function answering(node: TestNode): TestNode {
  let count = 0;
  node.peer.onText = (text) => {
    const frame: unknown = JSON.parse(text);
    count += 1;
    if (count % 3 !== 0 && isCommand(frame)) queueMicrotask(() => node.answer(frame.requestId));
  };
  return node;
}

function isCommand(frame: unknown): frame is { requestId: string } {
  return typeof frame === 'object' && frame !== null && 'messageType' in frame && frame.messageType === 'command';
}

function roleOf(from: Peer): Role {
  return from === 'node' || from === 'strange node' ? 'node' : 'controller';
}

/** Lets every promise that can settle do so. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

type Peer = (typeof PEERS)[number];
