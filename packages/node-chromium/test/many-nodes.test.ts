import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelayServer, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { RelayLink } from '@telepat/otto-relay-link';
import { expect, it, onTestFinished } from 'vitest';
import { hostClock } from '../src/host-clock.js';
import { openWebSocket } from '../src/open-web-socket.js';

const NODES = 200;
const SECRET = 'a secret of more than thirty-two characters';

/** Of the first waits between 100 and 500 ms so many may lie within 100 ms: a quarter, and what chance adds. */
const SHARE_MAX = 0.45;

it('200 nodes whose relay is started anew are all with it again, and none of them knocks without end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'otto-nodes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let relay = await startRelay(folder, 0);
  const { port } = relay.address;
  let tries = 0;
  const waits: number[][] = [];
  const links = Array.from({ length: NODES }, (_, index) => {
    const own: number[] = (waits[index] = []);
    return linkOf(`n${index}`, { port, onTry: () => (tries += 1), onWait: (ms) => own.push(ms) });
  });
  onTestFinished(() => Promise.all(links.map((link) => link.close())).then(() => undefined));
  for (const link of links) link.start();
  await allReady(links);
  tries = 0;
  for (const own of waits) own.length = 0;

  await relay.stop();
  await expect.poll(() => links.filter(({ state }) => state.phase === 'ready'), { timeout: 20_000 }).toEqual([]);
  relay = await startRelay(folder, port);
  await allReady(links);

  expect(relay.relay.connectedNodes({ kind: 'operator' })).toHaveLength(NODES);
  // Nobody knocks without having waited, and they do not come at once.
  expect(tries).toBeLessThanOrEqual(waits.flat().length);
  expect(
    mostWithin(
      100,
      waits.map(([first = 0]) => first),
    ),
  ).toBeLessThanOrEqual(NODES * SHARE_MAX);
  await relay.stop();
});

async function startRelay(folder: string, port: number): Promise<RelayServer> {
  const env = { OTTO_TOKEN_SECRET: SECRET, OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: String(port) };
  return createRelayServer({ config: readConfig(env, '1.0.0'), version: '1.0.0' });
}

/** A node as far as the relay can see it. */
function linkOf(nodeId: string, { port, onTry, onWait }: LinkWatch): RelayLink {
  const accessToken = tokenOf(nodeId);
  let ids = 0;
  return new RelayLink({
    role: 'node',
    url: `ws://127.0.0.1:${port}`,
    hello: { nodeId, instanceId: `ins_${nodeId}`, capabilities: [] },
    tokens: { accessToken: () => Promise.resolve(accessToken) },
    openSocket: (...socket) => {
      onTry();
      return openWebSocket(...socket);
    },
    clock: hostClock,
    random: Math.random,
    newId: (prefix) => `${prefix}_${nodeId}_${(ids += 1)}`,
    onFrame: () => {},
    onState: (state) => {
      if (state.phase === 'waiting') onWait(state.retryInMs);
    },
  });
}

/** The most of the numbers that lie within a span. */
function mostWithin(span: number, numbers: readonly number[]): number {
  return Math.max(0, ...numbers.map((from) => numbers.filter((at) => at >= from && at < from + span).length));
}

/** Resolves when each is ready, however often it has to try. */
async function allReady(links: readonly RelayLink[]): Promise<void> {
  const untilReady = (link: RelayLink): Promise<void> => link.ready().catch(() => untilReady(link));
  await Promise.all(links.map(untilReady));
}

/** A token as another program with the relay's secret makes it. */
function tokenOf(nodeId: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'otto-relay', aud: 'otto-clients', iat: now, exp: now + 900, role: 'node', nodeId, scopes: [] };
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signed = parts.join('.');
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

interface LinkWatch {
  readonly port: number;
  onTry(): void;
  onWait(ms: number): void;
}
