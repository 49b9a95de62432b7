import type { RelayConfig } from '../config.js';
import { Relay } from '../relay.js';
import type { RelayPorts } from '../ports/ports.js';
import type { Claims } from '../ports/token-signer.js';
import { ManualClock } from './manual-clock.js';
import { MemoryLog } from './memory-log.js';
import { MemoryStorage } from './memory-storage.js';
import { PlainSecrets, PlainTokens } from './plain-tokens.js';
import { SequentialIds } from './sequential-ids.js';
import { TestClient, TestController, TestNode } from './test-client.js';

/**
 * A whole relay in memory.
 *
 * @example
 * const world = await testRelay({ grants: { alice: ['n1'] } });
 * const alice = await world.controller('alice');
 * const node = await world.node('n1');
 */
export async function testRelay(options: TestRelayOptions = {}): Promise<TestRelay> {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const storage = new MemoryStorage();
  const scopes = options.scopes ?? ['primitive.*', 'logs.read'];
  for (const [clientId, nodeIds] of Object.entries(options.grants ?? {})) {
    await storage.clients.write([{ put: clientId, value: clientRecord(clientId, scopes, clock.now()) }]);
    for (const nodeId of nodeIds) {
      const value = { clientId, nodeId, grantedByNodeId: nodeId, grantedAt: clock.now() };
      await storage.grants.write([{ put: `${clientId} ${nodeId}`, value }]);
    }
  }
  const { config = {}, onOwnEntry } = options;
  return openTestRelay({ clock, log, storage, ids: new SequentialIds(), config, onOwnEntry });
}

/** A relay over a world that may have seen one before. */
async function openTestRelay(world: TestWorld): Promise<TestRelay> {
  const { clock, config, ids, log, storage, onOwnEntry } = world;
  const bugs: unknown[] = [];
  const tokenSigner = new PlainTokens(clock);
  const secrets = new PlainSecrets();
  const reportBug = (error: unknown) => bugs.push(error);
  const ports = { clock, ids, storage, logSink: log, onOwnEntry, tokenSigner, secrets, reportBug };
  const relay = await Relay.open({ config, ports });
  log.readFrom(relay.logs);
  return new TestRelay({ ...world, relay, tokenSigner, bugs });
}

/** The relay, its world, and the ways to join it. */
export class TestRelay {
  readonly relay: Relay;
  readonly clock: ManualClock;
  readonly log: MemoryLog;
  readonly storage: MemoryStorage;
  /** What the relay reported as bugs of its own: nothing, in a test that passes. */
  readonly bugs: unknown[];
  readonly #tokens: PlainTokens;
  readonly #joined: TestClient[] = [];

  readonly #world: TestWorld;

  constructor(parts: TestRelayParts) {
    this.#world = parts;
    this.relay = parts.relay;
    this.clock = parts.clock;
    this.log = parts.log;
    this.storage = parts.storage;
    this.bugs = parts.bugs;
    this.#tokens = parts.tokenSigner;
  }

  /** The relay crashes, and another one starts on what it had stored. */
  restart(): Promise<TestRelay> {
    for (const client of this.#joined) client.peer.onClose = undefined;
    const clock = new ManualClock(this.clock.now());
    return openTestRelay({ ...this.#world, clock, log: new MemoryLog() });
  }

  token(claims: Claims, ttlMs = 900_000): Promise<string> {
    return this.#tokens.sign(claims, ttlMs);
  }

  /** Lets time pass while everybody who is connected shows signs of life. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= SIGN_OF_LIFE_MS) {
      for (const client of this.#joined) if (client.peer.closedWith === undefined) client.send('pong', {});
      this.clock.advance(Math.min(left, SIGN_OF_LIFE_MS));
    }
  }

  /** A socket that has said nothing yet. */
  connect(role: 'controller' | 'node'): TestClient {
    return new TestClient(this.relay, this.clock, role);
  }

  /** An authenticated controller of a client. */
  async controller(clientId: string, controllerId = `ctl_${clientId}`): Promise<TestController> {
    const controller = new TestController(this.relay, this.clock, 'controller');
    await this.#join(controller, {}, { role: 'controller', clientId, controllerId, scopes: [] });
    return controller;
  }

  /** An authenticated node. */
  async node(nodeId: string, instanceId?: string): Promise<TestNode> {
    const node = new TestNode(this.relay, this.clock, 'node');
    const hello = { nodeId, ...(instanceId === undefined ? {} : { instanceId }) };
    await this.#join(node, hello, { role: 'node', nodeId, scopes: [] });
    return node;
  }

  async #join(client: TestClient, hello: object, claims: Claims): Promise<void> {
    client.send('hello', { role: client.role, ...hello });
    client.send('auth', { accessToken: await this.token(claims) });
    await settled();
    const { received } = client.peer;
    received.splice(0, received.findIndex(({ messageType }) => messageType === 'auth_ack') + 1);
    this.#joined.push(client);
  }
}

/** Often enough for every heartbeat. */
const SIGN_OF_LIFE_MS = 5_000;

/** Lets every promise that can settle do so. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function clientRecord(clientId: string, scopes: readonly string[], createdAt: number) {
  return {
    clientId,
    name: clientId,
    description: '',
    normalizedName: clientId,
    avatarSeed: clientId,
    secret: { algorithm: 'sha256' as const, salt: '', hash: `digest:secret-of-${clientId}` },
    scopes,
    createdAt,
  };
}

export interface TestRelayOptions {
  /** Clients, and the nodes that each may command. */
  readonly grants?: Readonly<Record<string, readonly string[]>>;
  readonly scopes?: readonly string[];
  readonly config?: Partial<RelayConfig>;
  /** Told of each entry that the relay itself writes. */
  readonly onOwnEntry?: RelayPorts['onOwnEntry'];
}

interface TestWorld {
  readonly clock: ManualClock;
  readonly log: MemoryLog;
  readonly storage: MemoryStorage;
  readonly ids: SequentialIds;
  readonly config: Partial<RelayConfig>;
  readonly onOwnEntry: RelayPorts['onOwnEntry'];
}

interface TestRelayParts extends TestWorld {
  readonly relay: Relay;
  readonly tokenSigner: PlainTokens;
  readonly bugs: unknown[];
}
