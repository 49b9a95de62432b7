import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorTokenPath } from '@telepat/otto-relay-host';
import { OttoClient, OttoHttpApi } from '@telepat/otto-sdk';
import { nodeTokens } from '../../src/index.js';
import { Child } from './child.js';
import type { Mischief } from './mischief.js';
import { TcpProxy } from './tcp-proxy.js';

const NODE_ID = 'node_chaos';

/** A relay and a node in processes of their own, and a controller here; whatever they say goes through proxies. */
export class ChaosWorld {
  readonly nodeId = NODE_ID;
  readonly #options: ChaosWorldOptions;
  readonly #proxies: Readonly<Record<'controller' | 'node', TcpProxy>>;
  #relay: Child | undefined;
  #relayPort = 0;
  #node: Child | undefined;
  #client: OttoClient | undefined;

  private constructor(options: ChaosWorldOptions, proxies: { controller: TcpProxy; node: TcpProxy }) {
    this.#options = options;
    this.#proxies = proxies;
  }

  static async start(options: ChaosWorldOptions): Promise<ChaosWorld> {
    const { mischief } = options;
    const controller = await TcpProxy.start({ side: 'controller', tricks: mischief });
    const node = await TcpProxy.start({ side: 'node', tricks: mischief });
    const world = new ChaosWorld(options, { controller, node });
    await world.#startRelay();
    await world.#startNode();
    await world.#connect();
    return world;
  }

  get client(): OttoClient {
    if (this.#client === undefined) throw new Error('The world has not started.');
    return this.#client;
  }

  /** How often each command was carried out, by what the node wrote down. */
  executions(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const key of readFileSync(this.#ledger, 'utf8').split('\n').filter(Boolean)) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  /** The relay dies, and another one begins with what it left. */
  async restartRelay(): Promise<void> {
    this.#leadTo(0);
    await this.#relay?.kill();
    await this.#startRelay();
  }

  async end(): Promise<void> {
    await this.#client?.close();
    await this.#node?.kill();
    await this.#relay?.kill();
    await Promise.all([this.#proxies.controller.close(), this.#proxies.node.close()]);
  }

  get #ledger(): string {
    return join(this.#options.folder, 'executions');
  }

  get #relayFolder(): string {
    return join(this.#options.folder, 'relay');
  }

  async #startRelay(): Promise<void> {
    this.#relay = new Child(this.#options.programs.relay, [], {
      OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters',
      OTTO_TOKEN_TTL_MINUTES: String(this.#options.tokenMinutes),
      OTTO_LOG_DIR: this.#relayFolder,
      OTTO_RELAY_PORT: '0',
      // A patient controller that is cut off again and again is no thief and no flood.
      OTTO_RATE_LIMIT_PER_MIN: '100000',
      OTTO_ORPHAN_GRACE_MS: '60000',
      // Whoever hears nothing for three seconds gives a connection up.
      OTTO_CONTROLLER_HEARTBEAT_INTERVAL_MS: '1000',
      OTTO_CONTROLLER_HEARTBEAT_MISS_LIMIT: '3',
      OTTO_DEFAULT_CONTROLLER_SCOPES: '*',
    });
    this.#relayPort = await this.#relay.told((port) => (typeof port === 'number' ? port : undefined));
    this.#leadTo(this.#relayPort);
  }

  #leadTo(port: number): void {
    this.#proxies.controller.target = port;
    this.#proxies.node.target = port;
  }

  async #startNode(): Promise<void> {
    const { folder, programs } = this.#options;
    this.#node = new Child(programs.node, [NODE_ID, this.#urlFor('node'), folder, this.#ledger]);
    const connected = this.#node.told((message) => (isState(message, 'connected') ? true : undefined));
    const code = await this.#node.told(codeIn);
    await this.#operator().pairing.approve({ code });
    await connected;
  }

  async #connect(): Promise<void> {
    const { clientId, clientSecret } = await this.#operator().clients.register({ name: 'Al', description: 'chaos' });
    const tokens = nodeTokens({ home: this.#options.folder, nodeId: NODE_ID, relayHttpUrl: this.#urlFor('node') });
    const baseUrl = this.#urlFor('node');
    const owner = new OttoHttpApi({ baseUrl, bearer: (wanted) => tokens.accessToken(wanted) });
    await owner.access.set({ clientId, grant: true });
    this.#client = await OttoClient.connect({ relayUrl: this.#urlFor('controller'), clientId, clientSecret });
  }

  #operator(): OttoHttpApi {
    const bearer = readFileSync(operatorTokenPath(this.#relayFolder), 'utf8').trim();
    return new OttoHttpApi({ baseUrl: `http://127.0.0.1:${this.#relayPort}`, bearer });
  }

  #urlFor(side: 'controller' | 'node'): string {
    return `http://127.0.0.1:${this.#proxies[side].port}`;
  }
}

function codeIn(message: unknown): string | undefined {
  const hasCode = typeof message === 'object' && message !== null && 'code' in message;
  return hasCode && typeof message.code === 'string' ? message.code : undefined;
}

function isState(message: unknown, phase: string): boolean {
  return typeof message === 'object' && message !== null && 'state' in message && message.state === phase;
}

export interface ChaosWorldOptions {
  readonly folder: string;
  /** Bundles of `children/chaos-relay.ts` and `children/chaos-node.ts`. */
  readonly programs: { readonly relay: string; readonly node: string };
  readonly mischief: Mischief;
  readonly tokenMinutes: number;
}
