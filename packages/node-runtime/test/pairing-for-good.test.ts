import { OttoError } from '@telepat/otto-protocol';
import { Relay } from '@telepat/otto-relay-core';
import {
  ManualClock,
  MemoryLog,
  MemoryStorage,
  PlainSecrets,
  PlainTokens,
  SequentialIds,
} from '@telepat/otto-relay-core/testing';
import { networkTo, settled, unsignedToken } from '@telepat/otto-relay-link/testing';
import { beforeEach, expect, it } from 'vitest';
import { NodePairing, NodeTokens, OttoNode, type LogToHost, type PairingHttp, type RefreshHttp } from '../src/index.js';
import { MemoryKeyValue, ScriptedDriver } from '../src/testing/index.js';

const STEP_MS = 4_000;
const ACCESS_MS = 15 * 60_000;
const REFRESH_MS = 60 * 60_000;

let world: PairedWorld;

beforeEach(async () => {
  world = await pairedWorld();
});

it('a node that is always connected stays paired for many lives of its refresh token', async () => {
  await world.pass(5 * REFRESH_MS);
  world.dropAll();
  await world.pass(STEP_MS);

  expect(world.node.state.phase).toBe('connected');
  expect(world.refreshes).toBeGreaterThanOrEqual(20);
  expect(world.codes).toHaveLength(1);
});

it('an answer to a refresh that is lost does not cost the pairing', async () => {
  world.loseAnswers(3);

  await world.pass(2 * ACCESS_MS);
  world.dropAll();
  await world.pass(STEP_MS);

  expect(world.lost).toBe(3);
  expect(world.node.state.phase).toBe('connected');
  expect(world.log.entries.map(({ type }) => type)).not.toContain('refresh_token_reused');
});

it('a node that was away for longer than its access token lives comes back with its refresh token', async () => {
  world.isReachable = false;
  world.dropAll();
  await world.pass(2 * ACCESS_MS);

  world.isReachable = true;
  await world.pass(20_000);

  expect(world.node.state.phase).toBe('connected');
  expect(world.codes).toHaveLength(1);
});

it('a renewal that the relay refuses stands in its log, once, while the session goes on', async () => {
  world.isRefusing = true;

  await world.pass(2 * ACCESS_MS);

  expect(world.node.state.phase).toBe('connected');
  const told = world.log.entries.filter(({ type }) => type === 'token_renewal_failed');
  expect(told).toMatchObject([{ source: 'node', nodeId: 'n1', level: 'error', status: 'invalid_refresh_token' }]);
});

/** A node that was paired by its code with a real core, over calls that may fail. */
async function pairedWorld(): Promise<PairedWorld> {
  const made = new PairedWorld(await openRelay());
  const pairing = made.pairing.pair();
  await settled();
  await made.parts.relay.access.pairing.approve({ kind: 'operator' }, made.codes[0] ?? '');
  made.parts.clock.advance(1_000);
  await pairing;
  made.node.start();
  await made.node.ready();
  return made;
}

class PairedWorld {
  readonly parts: Awaited<ReturnType<typeof openRelay>>;
  readonly codes: string[] = [];
  readonly pairing: NodePairing;
  readonly node: OttoNode;
  isReachable = true;
  isRefusing = false;
  refreshes = 0;
  lost = 0;
  #toLose = 0;

  constructor(parts: Awaited<ReturnType<typeof openRelay>>) {
    this.parts = parts;
    const { clock, network } = parts;
    const ids = new SequentialIds();
    let keys = 0;
    const newKey = () => `key-${(keys += 1)}`;
    const log: LogToHost = (entry) => this.node.log(entry);
    const tokens = new NodeTokens({ store: new MemoryKeyValue(), http: this.#http(), newKey, clock, log });
    const onCode = ({ code }: { code: string }) => this.codes.push(code);
    this.pairing = new NodePairing({ nodeId: 'n1', http: this.#http(), tokens, clock, onCode });
    this.node = new OttoNode({
      nodeId: 'n1',
      url: 'ws://relay',
      tokens,
      clock,
      openSocket: (url, handlers) =>
        network.openSocket(
          url,
          this.isReachable ? handlers : { ...handlers, onOpen: () => handlers.onClose(1_006, '') },
        ),
      random: () => 0.5,
      newId: (prefix) => ids.next(prefix),
      driver: new ScriptedDriver(),
      encodeBase64: () => '',
      decodeBase64: () => new Uint8Array(),
    });
  }

  get log(): MemoryLog {
    return this.parts.log;
  }

  loseAnswers(count: number): void {
    this.#toLose = count;
  }

  dropAll(): void {
    for (const far of this.parts.network.opened) far.drop();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await settled();
      this.parts.clock.advance(Math.min(left, STEP_MS));
    }
    await settled();
  }

  #http(): PairingHttp & RefreshHttp {
    const { pairing, tokens } = this.parts.relay.access;
    return {
      pairing: {
        request: (body) => Promise.resolve(pairing.request(body, { address: 'test', isLoopback: true })),
        status: ({ challengeId }) => pairing.status(challengeId),
      },
      auth: {
        refresh: async ({ refreshToken }, { idempotencyKey }) => {
          if (!this.isReachable) throw new OttoError('relay_unreachable');
          if (this.isRefusing) throw new OttoError('invalid_refresh_token');
          const pair = await tokens.refresh(refreshToken, { idempotencyKey });
          this.refreshes += 1;
          if (this.#toLose === 0) return pair;
          this.#toLose -= 1;
          this.lost += 1;
          throw new OttoError('relay_unreachable');
        },
      },
    };
  }
}

async function openRelay() {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const plain = new PlainTokens(clock);
  const signed = new Map<string, string>();
  let count = 0;
  const ports = {
    clock,
    ids: new SequentialIds(),
    storage: new MemoryStorage(),
    logSink: log,
    // As clients see tokens in life: they tell when they end.
    tokenSigner: {
      sign: async (...claims: Parameters<PlainTokens['sign']>) => {
        const [iat, exp] = [clock.now() / 1_000, (clock.now() + claims[1]) / 1_000];
        const token = unsignedToken({ iat, exp, jti: (count += 1) });
        signed.set(token, await plain.sign(...claims));
        return token;
      },
      verify: (token: string) => plain.verify(signed.get(token) ?? ''),
    },
    secrets: new PlainSecrets(),
    reportBug: (error: unknown) => {
      throw error;
    },
  };
  const config = { accessTokenTtlMs: ACCESS_MS, refreshTokenTtlMs: REFRESH_MS };
  const relay = await Relay.open({ config, ports });
  return { relay, clock, log, network: networkTo(relay) };
}
