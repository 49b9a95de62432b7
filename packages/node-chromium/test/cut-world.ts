import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OttoNode } from '@telepat/otto-node-runtime';
import { ScriptedDriver, type PageScript } from '@telepat/otto-node-runtime/testing';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoClient, OttoHttpApi } from '@telepat/otto-sdk';
import { nodeTokens } from '../src/index.js';
import { NO_TRICKS, TcpProxy } from './chaos/tcp-proxy.js';
import { CutController } from './cut-controller.js';
import { startNode } from './start-node.js';

const NODE_ID = 'node_cut';

/** A relay with the times that it has in life, a node, and controllers; all but the relay behind proxies of their own. */
export class CutWorld {
  readonly nodeId = NODE_ID;
  readonly driver: ScriptedDriver;
  /** What the node has said of its connection, in order. */
  readonly nodePhases: string[] = [];
  readonly #folder: string;
  readonly #relay: RelayServer;
  readonly #operator: OttoHttpApi;
  readonly #nodeProxy: TcpProxy;
  readonly #controllers: CutController[] = [];
  #node: OttoNode | undefined;

  private constructor(parts: {
    driver: ScriptedDriver;
    folder: string;
    relay: RelayServer;
    nodeProxy: TcpProxy;
    operator: OttoHttpApi;
  }) {
    this.driver = parts.driver;
    this.#folder = parts.folder;
    this.#relay = parts.relay;
    this.#nodeProxy = parts.nodeProxy;
    this.#operator = parts.operator;
  }

  static async start(site: Readonly<Record<string, PageScript>>): Promise<CutWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'otto-cuts-'));
    const logDir = join(folder, 'relay');
    const env = { OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters', OTTO_LOG_DIR: logDir };
    const config = readConfig({ ...env, OTTO_RELAY_PORT: '0' }, '1.0.0');
    const relay = await createRelayServer({ config, version: '1.0.0' });
    const bearer = (await readFile(operatorTokenPath(logDir), 'utf8')).trim();
    const operator = new OttoHttpApi({ baseUrl: `http://127.0.0.1:${relay.address.port}`, bearer });
    const nodeProxy = await TcpProxy.start({ side: 'node', tricks: NO_TRICKS });
    nodeProxy.target = relay.address.port;
    const world = new CutWorld({ driver: new ScriptedDriver(site), folder, relay, nodeProxy, operator });
    await world.#startNode();
    return world;
  }

  /** A controller that may do everything at the node. */
  async controller(name: string): Promise<CutController> {
    const { clientId, clientSecret } = await this.#operator.clients.register({ name, description: 'a test' });
    const tokens = nodeTokens({ home: this.#folder, nodeId: NODE_ID, relayHttpUrl: urlOf(this.#nodeProxy) });
    const owner = new OttoHttpApi({ baseUrl: urlOf(this.#nodeProxy), bearer: (wanted) => tokens.accessToken(wanted) });
    await owner.access.set({ clientId, grant: true });
    const proxy = await TcpProxy.start({ side: 'controller', tricks: NO_TRICKS });
    const controller = new CutController({
      clientId,
      proxy,
      relayPort: this.#relay.address.port,
      login: () => OttoClient.connect({ relayUrl: urlOf(proxy), clientId, clientSecret }),
      log: () => this.#relay.relay.logs.query(this.#relay.relay.viewer({ kind: 'operator' }), {}),
    });
    this.#controllers.push(controller);
    await controller.login();
    return controller;
  }

  cutNode(): void {
    this.#nodeProxy.cut();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.end()));
    await this.#node?.stop();
    await this.#relay.stop();
    await this.#nodeProxy.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #startNode(): Promise<void> {
    this.#node = await startNode({
      nodeId: NODE_ID,
      relayHttpUrl: urlOf(this.#nodeProxy),
      home: this.#folder,
      driver: this.driver,
      onCode: (code) => this.#operator.pairing.approve({ code }),
      onState: ({ phase }) => this.nodePhases.push(phase),
    });
    await this.#node.ready();
  }
}

function urlOf({ port }: TcpProxy): string {
  return `http://127.0.0.1:${port}`;
}
