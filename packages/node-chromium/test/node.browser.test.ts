import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoClient, OttoError, OttoHttpApi, type CommandOptions } from '@telepat/otto-sdk';
import { nodeTokens, startChromiumNode, type ChromiumNode, type ChromiumNodeOptions } from '../src/index.js';
import { FixtureSite } from './fixture-site.js';
import { TEST_HOME } from './test-browser.js';

const site = new FixtureSite();
const nodes: ChromiumNode[] = [];
const relays: RelayServer[] = [];
const clients: OttoClient[] = [];
let folder = '';
/** A home of its own, which shares the unpacked embedded browser with the other tests. */
let home = '';

beforeAll(() => site.start());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-node-'));
  home = join(folder, 'home');
  await mkdir(join(TEST_HOME, 'browsers'), { recursive: true });
  await mkdir(home);
  await symlink(join(TEST_HOME, 'browsers'), join(home, 'browsers'), 'junction');
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await rm(folder, { recursive: true, force: true });
});

afterAll(() => site.stop());

async function startRelay(port = 0): Promise<TestRelay> {
  const env = {
    OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters',
    OTTO_LOG_DIR: join(folder, 'relay'),
    OTTO_RELAY_PORT: String(port),
  };
  const server = await createRelayServer({ config: readConfig(env, '1.0.0'), version: '1.0.0' });
  relays.push(server);
  const httpUrl = `http://127.0.0.1:${server.address.port}`;
  const bearer = await readFile(operatorTokenPath(env.OTTO_LOG_DIR), 'utf8');
  return { server, httpUrl, operator: new OttoHttpApi({ baseUrl: httpUrl, bearer: bearer.trim() }) };
}

/** Folders of browsers that run. */
function runs(): Promise<string[]> {
  return readdir(join(home, 'runs')).catch(() => []);
}

interface TestRelay {
  readonly server: RelayServer;
  readonly httpUrl: string;
  readonly operator: OttoHttpApi;
}

async function startNode(relay: TestRelay, options: Partial<ChromiumNodeOptions> = {}): Promise<ChromiumNode> {
  const node = await startChromiumNode({
    nodeId: 'node_test',
    relayUrl: relay.httpUrl.replace('http', 'ws'),
    relayHttpUrl: relay.httpUrl,
    home,
    env: process.env,
    platform: process.platform,
    approve: (code) => relay.operator.pairing.approve({ code }).then(() => undefined),
    ...options,
  });
  nodes.push(node);
  return node;
}

/** A controller that the node's owner has let in. */
async function connectController(relay: TestRelay, nodeId: string): Promise<OttoClient> {
  const { clientId, clientSecret } = await relay.operator.clients.register({ name: 'Al', description: 'a test' });
  await grantTo(relay, { nodeId, clientId });
  const client = await OttoClient.connect({ relayUrl: relay.httpUrl, clientId, clientSecret });
  clients.push(client);
  return client;
}

/** The owner of the node lets a controller in. */
async function grantTo(relay: TestRelay, { nodeId, clientId }: { nodeId: string; clientId: string }): Promise<void> {
  const tokens = nodeTokens({ home, nodeId, relayHttpUrl: relay.httpUrl });
  const owner = new OttoHttpApi({ baseUrl: relay.httpUrl, bearer: (options) => tokens.accessToken(options) });
  await owner.access.set({ clientId, grant: true });
}

async function isConnected(relay: TestRelay, nodeId: string): Promise<boolean> {
  const { nodes } = await relay.operator.nodes.paired();
  return nodes.some((row) => row.nodeId === nodeId && row.connected);
}

/** Stops a command some time after it has come to its node, so that it is at work there. */
function abortedInNode(): Pick<CommandOptions, 'signal' | 'onEvent'> {
  const abort = new AbortController();
  const onEvent: CommandOptions['onEvent'] = ({ type }) => {
    if (type === 'routed') setTimeout(() => abort.abort(), 500);
  };
  return { signal: abort.signal, onEvent };
}

describe('a node with a Chromium', () => {
  it('is paired, and carries out the commands of a controller that was let in', async () => {
    const relay = await startRelay();
    const node = await startNode(relay);
    const client = await connectController(relay, node.nodeId);

    const tab = await client.node(node.nodeId).tabs.open(site.url('/article'), { waitUntil: 'load' });
    const { content, title, sourceUrl } = await tab.markdown();
    expect({ title, sourceUrl }).toEqual({ title: 'Article', sourceUrl: site.url('/article') });
    expect(content).toMatch(/^# An article\n/);
    const shot = await tab.screenshot({ format: 'jpeg' });
    expect(Buffer.from(shot.contentBase64, 'base64').length).toBe(shot.byteLength);
    await expect(tab.navigate('http://nobody.invalid/')).rejects.toMatchObject({ code: 'navigation_failed' });
    await tab.close();

    await node.stop();
    expect(await node.closed).toBeUndefined();
    expect(await runs()).toEqual([]);
  });

  it('stops what its controller cancels, and the tab can be used at once', async () => {
    const relay = await startRelay();
    const { nodeId } = await startNode(relay);
    const client = await connectController(relay, nodeId);
    await relay.operator.clients.setScopes({ clientId: String(client.clientId), scopes: ['*'] });
    const tab = await client.node(nodeId).tabs.open(site.url('/article'), { waitUntil: 'load' });

    const cancelled = { code: 'command_cancelled' };
    await expect(tab.navigate(site.url('/silent'), abortedInNode())).rejects.toMatchObject(cancelled);
    expect(await tab.text()).toContain('An article');
    await expect(tab.waitFor({ selector: '#never' }, abortedInNode())).rejects.toMatchObject(cancelled);
    expect(await tab.text()).toContain('An article');
    await expect(tab.evaluate('(() => { for (;;); })()', abortedInNode())).rejects.toMatchObject(cancelled);
    expect(await tab.evaluate('6 * 7')).toBe(42);
    expect(await tab.text()).toContain('An article');
  });

  it('is not paired again when it comes back, unless the relay has forgotten it', async () => {
    const relay = await startRelay();
    const codes: string[] = [];
    let { operator } = relay;
    const approve = async (code: string) => {
      codes.push(code);
      await operator.pairing.approve({ code });
    };
    await (await startNode(relay, { approve })).stop();
    await (await startNode(relay, { approve })).stop();
    expect(codes).toHaveLength(1);

    await relay.server.stop();
    await rm(join(folder, 'relay'), { recursive: true });
    const emptied = await startRelay(relay.server.address.port);
    ({ operator } = emptied);
    await startNode(emptied, { approve });

    expect(codes).toHaveLength(2);
  });

  it('shows its code where it may not approve it itself, and waits', async () => {
    const relay = await startRelay();
    const shown: { code: string; expiresAt: number; why: string | undefined }[] = [];
    const starting = startNode(relay, {
      approve: () => Promise.reject(new OttoError('forbidden_role')),
      onPairingCode: (code, expiresAt, why) => shown.push({ code, expiresAt, why: why?.code }),
    });

    await expect.poll(() => shown.length, { timeout: 20_000 }).toBe(1);
    expect(shown[0]).toEqual({
      code: expect.stringMatching(/^\d{3}-\d{3}$/),
      expiresAt: expect.any(Number),
      why: 'forbidden_role',
    });
    await relay.operator.pairing.approve({ code: shown[0]?.code ?? '' });
    expect((await starting).nodeId).toBe('node_test');
  });

  it('leaves nothing when its start is aborted', async () => {
    const relay = await startRelay();
    const abort = new AbortController();
    const starting = startNode(relay, { signal: abort.signal, approve: () => Promise.resolve(abort.abort()) });

    await expect(starting).rejects.toThrow();
    expect(await runs()).toEqual([]);
  });

  it('ends with the reason when the relay will not have it any more', async () => {
    const relay = await startRelay();
    const node = await startNode(relay);
    const other = await startNode(relay);

    expect(await node.closed).toMatchObject({
      code: 'relay_disconnected',
      message: expect.stringContaining('instance'),
    });
    await other.stop();
    expect(await runs()).toEqual([]);
  });

  it('that is removed while it runs keeps its tabs, and is let in again by a person only', async () => {
    const relay = await startRelay();
    const shown: { code: string; why: string | undefined }[] = [];
    const approved: string[] = [];
    const node = await startNode(relay, {
      approve: async (code) => {
        approved.push(code);
        await relay.operator.pairing.approve({ code });
      },
      onPairingCode: (code, _expiresAt, why) => shown.push({ code, why: why?.code }),
    });
    const client = await connectController(relay, node.nodeId);
    const tab = await client.node(node.nodeId).tabs.open(site.url('/article'), { waitUntil: 'load' });

    await relay.operator.nodes.remove({ nodeId: node.nodeId });
    await expect.poll(() => shown.length, { timeout: 20_000 }).toBe(1);
    expect(shown[0]?.why).toBe('controller_revoked');
    expect(approved).toHaveLength(1);
    await relay.operator.pairing.approve({ code: shown[0]?.code ?? '' });
    await expect.poll(() => isConnected(relay, node.nodeId), { timeout: 20_000 }).toBe(true);
    await grantTo(relay, { nodeId: node.nodeId, clientId: String(client.clientId) });

    expect(await tab.text()).toContain('An article');
  });

  it('comes back by itself when the relay does', async () => {
    const relay = await startRelay();
    const phases: string[] = [];
    await startNode(relay, { onState: ({ phase }) => phases.push(phase) });
    await relay.server.stop();

    await startRelay(relay.server.address.port);

    await expect.poll(() => phases.at(-1), { timeout: 20_000 }).toBe('connected');
    expect(phases).toContain('waiting');
  });

  it('refuses a name that no node may have, before it starts anything', async () => {
    const relay = await startRelay();

    await expect(startNode(relay, { nodeId: '../evil' })).rejects.toMatchObject({ code: 'invalid_nodeId' });
  });
});
