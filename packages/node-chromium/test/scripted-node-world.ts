import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodePairing, NodeTokens, OttoNode, PairedNode, type NodeLogEntry } from '@telepat/otto-node-runtime';
import { MemoryKeyValue, ScriptedDriver, type PageScript } from '@telepat/otto-node-runtime/testing';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import type { Clock } from '@telepat/otto-relay-link';
import { OttoClient, OttoHttpApi } from '@telepat/otto-sdk';
import { hostClock } from '../src/host-clock.js';
import { openWebSocket } from '../src/open-web-socket.js';
import { relayHttp } from '../src/relay-http.js';

export const NODE_ID = 'node_test';

/** A whole relay, and over real sockets and HTTP a node whose browser is scripted, and a controller that may do all. */
export class ScriptedNodeWorld {
  readonly relay: RelayServer;
  readonly operator: OttoHttpApi;
  readonly httpUrl: string;
  readonly driver: ScriptedDriver;
  readonly node: OttoNode;
  readonly tokens: NodeTokens;
  readonly log: NodeLogEntry[] = [];
  /** The phases of the node, in order. */
  readonly phases: string[] = [];
  /** With what each connection of the node was closed, in order. */
  readonly closeCodes: number[] = [];
  readonly codes: string[] = [];
  client!: OttoClient;
  readonly #membership: PairedNode;
  readonly #folder: string;

  private constructor(parts: WorldParts, options: ScriptedNodeWorldOptions) {
    const { clock = hostClock, changeHttp = (http) => http } = options;
    this.relay = parts.relay;
    this.#folder = parts.folder;
    this.httpUrl = `http://127.0.0.1:${parts.relay.address.port}`;
    this.operator = new OttoHttpApi({ baseUrl: this.httpUrl, bearer: parts.bearer });
    this.driver = new ScriptedDriver(options.site);
    let ids = 0;
    const newId = (prefix: string) => `${prefix}_${(ids += 1)}`;
    const http = changeHttp(relayHttp(this.httpUrl));
    this.tokens = new NodeTokens({
      nodeId: NODE_ID,
      store: new MemoryKeyValue(),
      http,
      clock,
      newKey: () => newId('key'),
      log: (entry) => this.node.log(entry),
    });
    const onCode = ({ code }: { code: string }): void => {
      this.codes.push(code);
      void this.operator.pairing.approve({ code });
    };
    const pairing = new NodePairing({ nodeId: NODE_ID, http, tokens: this.tokens, clock: hostClock, onCode });
    this.node = new OttoNode({
      nodeId: NODE_ID,
      url: this.httpUrl.replace('http', 'ws'),
      tokens: this.tokens,
      driver: this.driver,
      openSocket: (url, handlers) => {
        const onClose = (code: number, reason: string): void => {
          this.closeCodes.push(code);
          handlers.onClose(code, reason);
        };
        return openWebSocket(url, { ...handlers, onClose });
      },
      clock: hostClock,
      random: Math.random,
      newId,
      encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
      decodeBase64: (text) => Buffer.from(text, 'base64'),
      onState: (state) => {
        this.phases.push(state.phase);
        this.#membership.stateChanged(state);
      },
      onLog: (entry) => this.log.push(entry),
    });
    const { node, tokens } = this;
    this.#membership = new PairedNode({ node, tokens, pairing, clock: hostClock, onEnd: () => {} });
  }

  static async start(options: ScriptedNodeWorldOptions = {}): Promise<ScriptedNodeWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'otto-scripted-'));
    const env = { OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters', OTTO_LOG_DIR: folder };
    const config = readConfig({ ...env, OTTO_RELAY_PORT: '0', ...options.env }, '1.0.0');
    const relay = await createRelayServer({ config, version: '1.0.0' });
    const bearer = (await readFile(operatorTokenPath(folder), 'utf8')).trim();
    const world = new ScriptedNodeWorld({ relay, folder, bearer }, options);
    await world.#membership.begin();
    world.client = await world.#connect();
    return world;
  }

  async stop(): Promise<void> {
    await this.client.close();
    this.#membership.stop();
    await this.node.stop();
    await this.relay.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #connect(): Promise<OttoClient> {
    const { clientId, clientSecret } = await this.operator.clients.register({ name: 'Al', description: 'a test' });
    await this.operator.clients.setScopes({ clientId, scopes: ['*'] });
    const owner = new OttoHttpApi({ baseUrl: this.httpUrl, bearer: (wanted) => this.tokens.accessToken(wanted) });
    await owner.access.set({ clientId, grant: true });
    return OttoClient.connect({ relayUrl: this.httpUrl, clientId, clientSecret });
  }
}

export interface ScriptedNodeWorldOptions {
  readonly site?: Readonly<Record<string, PageScript>>;
  /** Configuration of the relay. */
  readonly env?: Readonly<Record<string, string>>;
  /** The time by which the node's tokens go. */
  readonly clock?: Clock;
  /** Stands between the node and the HTTP API of its relay. */
  readonly changeHttp?: (http: ReturnType<typeof relayHttp>) => ReturnType<typeof relayHttp>;
}

interface WorldParts {
  readonly relay: RelayServer;
  readonly folder: string;
  readonly bearer: string;
}
