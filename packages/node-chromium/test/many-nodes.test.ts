import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelayServer, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { RelayLink, type Clock } from '@telepat/otto-relay-link';
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
  const knocks = Array.from({ length: NODES }, () => new Knocks());
  const links = knocks.map((own, index) => linkOf(`n${index}`, { port, knocks: own }));
  onTestFinished(() => Promise.all(links.map((link) => link.close())).then(() => undefined));
  for (const link of links) link.start();
  await allReady(links);
  for (const own of knocks) own.forget();

  await relay.stop();
  await expect.poll(() => links.filter(({ state }) => state.phase === 'ready'), { timeout: 20_000 }).toEqual([]);
  relay = await startRelay(folder, port);
  await allReady(links);

  expect(relay.relay.connectedNodes({ kind: 'operator' })).toHaveLength(NODES);
  // Each knocks when the wait that it drew is over, no sooner and not without one, and they did not draw the same.
  expect(knocks.flatMap(({ hasty }) => hasty)).toEqual([]);
  expect(
    mostWithin(
      100,
      knocks.map(({ waits: [first = 0] }) => first),
    ),
  ).toBeLessThanOrEqual(NODES * SHARE_MAX);
  await relay.stop();
});

async function startRelay(folder: string, port: number): Promise<RelayServer> {
  const env = { OTTO_TOKEN_SECRET: SECRET, OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: String(port) };
  return createRelayServer({ config: readConfig(env, '1.0.0'), version: '1.0.0' });
}

/** A node as far as the relay can see it. */
function linkOf(nodeId: string, { port, knocks }: { port: number; knocks: Knocks }): RelayLink {
  const accessToken = tokenOf(nodeId);
  let ids = 0;
  return new RelayLink({
    role: 'node',
    url: `ws://127.0.0.1:${port}`,
    hello: { nodeId, instanceId: `ins_${nodeId}`, capabilities: [] },
    tokens: { accessToken: () => Promise.resolve(accessToken) },
    openSocket: (...socket) => {
      knocks.knock();
      return openWebSocket(...socket);
    },
    clock: knocks.clock,
    random: Math.random,
    newId: (prefix) => `${prefix}_${nodeId}_${(ids += 1)}`,
    onFrame: () => {},
    onState: (state) => {
      if (state.phase === 'waiting') knocks.wait(state.retryInMs);
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

/** When one link tried, and for how long it had said that it would wait. */
class Knocks {
  readonly waits: number[] = [];
  /** Tries that came before their wait was over, or without one: by how many milliseconds. */
  readonly hasty: number[] = [];
  /** The clock of the link. */
  readonly clock: Clock = {
    ...hostClock,
    after: (ms, run) => {
      this.#armedAt = hostClock.ticks();
      return hostClock.after(ms, run);
    },
  };
  #armedAt = 0;
  #notBefore = Infinity;

  wait(ms: number): void {
    this.waits.push(ms);
    this.#notBefore = this.#armedAt + ms;
  }

  knock(): void {
    const earlyMs = this.#notBefore - hostClock.ticks();
    // Timers count in whole milliseconds.
    if (earlyMs > 1) this.hasty.push(earlyMs);
    this.#notBefore = Infinity;
  }

  /** What was until now does not count. */
  forget(): void {
    this.waits.length = 0;
    this.hasty.length = 0;
  }
}
