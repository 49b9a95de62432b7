import { OttoError, type LogEntry } from '@telepat/otto-protocol';
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
import {
  NodePairing,
  NodeTokens,
  OttoNode,
  PairedNode,
  type LogToHost,
  type PairingHttp,
  type RenewalHttp,
} from '../src/index.js';
import { FailingKeyValue, ScriptedDriver } from '../src/testing/index.js';

export const STEP_MS = 4_000;
export const ACCESS_MS = 15 * 60_000;
export const REFRESH_MS = 60 * 60_000;

const FROM_HERE = { address: 'test', isLoopback: true };

/** A node that was paired by its code with a real core, over calls that may fail. */
export async function pairedWorld(): Promise<PairedWorld> {
  const world = new PairedWorld(await openRelay());
  const begun = world.membership.begin();
  await settled();
  await world.approve();
  world.parts.clock.advance(1_000);
  await begun;
  return world;
}

export class PairedWorld {
  readonly parts: Awaited<ReturnType<typeof openRelay>>;
  /** Every code that was shown, and why a person is to approve it. */
  readonly codes: { code: string; why: OttoError | undefined }[] = [];
  /** The phases of the node, in order. */
  readonly states: string[] = [];
  /** With what the node ended, by its own. */
  readonly ends: (OttoError | undefined)[] = [];
  readonly driver = new ScriptedDriver();
  readonly store = new FailingKeyValue();
  readonly tokens: NodeTokens;
  readonly membership: PairedNode;
  readonly node: OttoNode;
  isReachable = true;
  isRefusing = false;
  /** Calls are not answered, and do not end. */
  isStalled = false;
  /** Refreshes are done, and nobody hears of it. */
  isAnswerLost = false;
  refreshes = 0;
  /** Refresh tokens of controllers, which the node got with approvals of its own. */
  readonly controllerTokens: string[] = [];
  lost = 0;
  #toLose = 0;

  constructor(parts: Awaited<ReturnType<typeof openRelay>>) {
    this.parts = parts;
    const { clock, network } = parts;
    const ids = new SequentialIds();
    let keys = 0;
    const newKey = () => `key-${(keys += 1)}`;
    const log: LogToHost = (entry) => this.node.log(entry);
    const http = this.#http();
    this.tokens = new NodeTokens({ nodeId: 'n1', store: this.store, http, newKey, clock, log });
    const pairing = new NodePairing({
      nodeId: 'n1',
      http,
      tokens: this.tokens,
      clock,
      onCode: ({ code }, why) => this.codes.push({ code, why }),
    });
    this.node = new OttoNode({
      nodeId: 'n1',
      url: 'ws://relay',
      tokens: this.tokens,
      clock,
      openSocket: (url, handlers) =>
        network.openSocket(
          url,
          this.isReachable ? handlers : { ...handlers, onOpen: () => handlers.onClose(1_006, '') },
        ),
      random: () => 0.5,
      newId: (prefix) => ids.next(prefix),
      driver: this.driver,
      encodeBase64: () => '',
      decodeBase64: () => new Uint8Array(),
      onState: (state) => {
        this.states.push(state.phase);
        this.membership.stateChanged(state);
      },
    });
    const onEnd = (reason: OttoError | undefined) => this.ends.push(reason);
    this.membership = new PairedNode({ node: this.node, tokens: this.tokens, pairing, clock, onEnd });
  }

  get log(): MemoryLog {
    return this.parts.log;
  }

  ofType(type: string): LogEntry[] {
    return this.log.entries.filter((entry) => entry.type === type);
  }

  /** The operator approves the code that was shown last. */
  async approve(): Promise<void> {
    await this.parts.relay.access.pairing.approve({ kind: 'operator' }, this.codes.at(-1)?.code ?? '');
  }

  /** The node lets a controller in. */
  async grant(): Promise<void> {
    const { clients, grants } = this.parts.relay.access;
    const { clientId } = await clients.register({ name: 'Al', description: 'a test' }, FROM_HERE);
    await grants.set({ role: 'node', nodeId: 'n1', scopes: [], expiresAt: Infinity }, { clientId, grant: true });
  }

  get isGranted(): boolean {
    return this.parts.relay.access.grants.isGranted('n1');
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

  #http(): PairingHttp & RenewalHttp {
    const { pairing, tokens } = this.parts.relay.access;
    return {
      pairing: {
        request: async (body) => {
          this.#reach();
          return pairing.request(body, FROM_HERE);
        },
        approve: async ({ code }, { accessToken }) => {
          this.#reach();
          const reply = await pairing.approve({ kind: 'bearer', identity: await tokens.verify(accessToken) }, code);
          this.controllerTokens.push(reply.controllerRefreshToken ?? '');
          return reply;
        },
        status: async ({ challengeId }) => {
          this.#reach();
          return pairing.status(challengeId);
        },
      },
      auth: {
        refresh: async ({ refreshToken }, { idempotencyKey }) => {
          this.#reach();
          if (this.isStalled) await new Promise(() => {});
          if (this.isRefusing) throw new OttoError('invalid_refresh_token');
          const pair = await tokens.refresh(refreshToken, { idempotencyKey });
          this.refreshes += 1;
          if (this.#toLose === 0 && !this.isAnswerLost) return pair;
          this.#toLose = Math.max(0, this.#toLose - 1);
          this.lost += 1;
          throw new OttoError('relay_unreachable');
        },
        revoke: async ({ refreshToken }: { refreshToken: string }) => {
          this.#reach();
          return tokens.revoke(refreshToken);
        },
      },
    };
  }

  #reach(): void {
    if (!this.isReachable) throw new OttoError('relay_unreachable', { effect: 'none' });
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
