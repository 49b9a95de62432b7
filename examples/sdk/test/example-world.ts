import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeTokens, startChromiumNode, type ChromiumNode } from '@telepat/otto-node-chromium';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoHttpApi } from '@telepat/otto-sdk';

const NODE_ID = 'node_of_examples';

/** Below node_modules, so that the embedded browser is unpacked once for all runs. */
const BROWSERS = fileURLToPath(new URL('../node_modules/.cache/otto/browsers', import.meta.url));

/** A relay, a node with a real browser, and a client that it lets in, as the environment of an example. */
export class ExampleWorld {
  readonly env: Readonly<Record<string, string>>;
  /** Where a user of the node would put site commands. */
  readonly commandsFolder: string;
  readonly #relay: RelayServer;
  readonly #node: ChromiumNode;
  readonly #folder: string;

  private constructor(parts: {
    env: Readonly<Record<string, string>>;
    relay: RelayServer;
    node: ChromiumNode;
    folder: string;
  }) {
    this.env = parts.env;
    this.commandsFolder = join(parts.folder, 'home', 'commands');
    this.#relay = parts.relay;
    this.#node = parts.node;
    this.#folder = parts.folder;
  }

  /** Pages of the origin may be controllers. */
  static async start(origin: string): Promise<ExampleWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'otto-examples-'));
    const home = join(folder, 'home');
    await mkdir(BROWSERS, { recursive: true });
    await mkdir(home);
    await symlink(BROWSERS, join(home, 'browsers'), 'junction');
    const logDir = join(folder, 'relay');
    const secret = { OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters' };
    const env = { ...secret, OTTO_LOG_DIR: logDir, OTTO_RELAY_PORT: '0', OTTO_CONTROLLER_ORIGINS: origin };
    const config = readConfig(env, '1.0.0');
    const relay = await createRelayServer({ config, version: '1.0.0' });
    const httpUrl = `http://127.0.0.1:${relay.address.port}`;
    const operatorToken = (await readFile(operatorTokenPath(logDir), 'utf8')).trim();
    const operator = new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken });
    const node = await startChromiumNode({
      nodeId: NODE_ID,
      relayUrl: httpUrl.replace('http', 'ws'),
      relayHttpUrl: httpUrl,
      home,
      env: process.env,
      platform: process.platform,
      approve: (code) => operator.pairing.approve({ code }).then(() => undefined),
    });
    const { clientId, clientSecret } = await operator.clients.register({ name: 'Al', description: 'a test' });
    const tokens = nodeTokens({ home, nodeId: NODE_ID, relayHttpUrl: httpUrl });
    const owner = new OttoHttpApi({ baseUrl: httpUrl, bearer: (wish) => tokens.accessToken(wish) });
    await owner.access.set({ clientId, grant: true });
    const exampleEnv = {
      OTTO_RELAY_URL: httpUrl,
      OTTO_CLIENT_ID: clientId,
      OTTO_CLIENT_SECRET: clientSecret,
      OTTO_OPERATOR_TOKEN: operatorToken,
    };
    return new ExampleWorld({ env: exampleEnv, relay, node, folder });
  }

  async stop(): Promise<void> {
    await this.#node.stop();
    await this.#relay.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
