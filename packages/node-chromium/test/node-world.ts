import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoClient, OttoHttpApi, type NodeHandle } from '@telepat/otto-sdk';
import { nodeTokens, startChromiumNode, type ChromiumNodeOptions } from '../src/index.js';
import { TEST_HOME } from './test-browser.js';

const NODE_ID = 'node_test';

/** A relay, a node with a real browser, and a controller that may do everything there. */
export class NodeWorld {
  readonly client: OttoClient;
  readonly node: NodeHandle;
  readonly #relay: RelayServer;
  readonly #node: RunningNode;
  readonly #folder: string;
  readonly #connect: () => Promise<OttoClient>;
  readonly #others: OttoClient[] = [];

  private constructor(parts: WorldParts) {
    this.client = parts.client;
    this.node = parts.client.node(NODE_ID);
    this.#connect = parts.connect;
    this.#relay = parts.relay;
    this.#node = parts.node;
    this.#folder = parts.folder;
  }

  static async start(
    options: Partial<ChromiumNodeOptions> = {},
    startNode: (options: ChromiumNodeOptions) => Promise<RunningNode> = startChromiumNode,
  ): Promise<NodeWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'otto-world-'));
    const home = await homeIn(folder);
    const logDir = join(folder, 'relay');
    const env = { OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters', OTTO_LOG_DIR: logDir };
    const config = readConfig({ ...env, OTTO_RELAY_PORT: '0', OTTO_RATE_LIMIT_PER_MIN: '100000' }, '1.0.0');
    const relay = await createRelayServer({ config, version: '1.0.0' });
    const httpUrl = `http://127.0.0.1:${relay.address.port}`;
    const operator = new OttoHttpApi({
      baseUrl: httpUrl,
      bearer: (await readFile(operatorTokenPath(logDir), 'utf8')).trim(),
    });
    const node = await startNode({
      nodeId: NODE_ID,
      relayUrl: httpUrl.replace('http', 'ws'),
      relayHttpUrl: httpUrl,
      home,
      env: process.env,
      platform: process.platform,
      approve: (code) => operator.pairing.approve({ code }).then(() => undefined),
      ...options,
    });
    let count = 0;
    const connect = () => controllerOf(operator, { httpUrl, home, name: `Al ${(count += 1)}` });
    return new NodeWorld({ client: await connect(), connect, relay, node, folder });
  }

  /** Another controller, that may do everything there, too. */
  async another(): Promise<OttoClient> {
    const client = await this.#connect();
    this.#others.push(client);
    return client;
  }

  async stop(): Promise<void> {
    await Promise.all([this.client, ...this.#others].map((client) => client.close()));
    await this.#node.stop();
    await this.#relay.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface WorldParts {
  readonly client: OttoClient;
  readonly connect: () => Promise<OttoClient>;
  readonly relay: RelayServer;
  readonly node: RunningNode;
  readonly folder: string;
}

/** A home of its own, which shares the unpacked embedded browser with the other tests. */
async function homeIn(folder: string): Promise<string> {
  const home = join(folder, 'home');
  await mkdir(join(TEST_HOME, 'browsers'), { recursive: true });
  await mkdir(home);
  await symlink(join(TEST_HOME, 'browsers'), join(home, 'browsers'), 'junction');
  return home;
}

async function controllerOf(
  operator: OttoHttpApi,
  { httpUrl, home, name }: { httpUrl: string; home: string; name: string },
) {
  const { clientId, clientSecret } = await operator.clients.register({ name, description: 'a test' });
  await operator.clients.setScopes({ clientId, scopes: ['*'] });
  const tokens = nodeTokens({ home, nodeId: NODE_ID, relayHttpUrl: httpUrl });
  const owner = new OttoHttpApi({ baseUrl: httpUrl, bearer: (wanted) => tokens.accessToken(wanted) });
  await owner.access.set({ clientId, grant: true });
  return OttoClient.connect({ relayUrl: httpUrl, clientId, clientSecret });
}

interface RunningNode {
  stop(): Promise<void>;
}
