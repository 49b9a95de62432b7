import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { heapBytes } from '../support/heap.js';
import { frame, upgradeText } from '../support/raw-connection.js';
import { attackWorld } from '../support/attack-world.js';
import type { WireSocket } from '../support/wire-socket.js';

const ATTEMPTS = 10_000;
const WARM_UP_ATTEMPTS = 1_000;

/** Seconds on an idle machine; a busy one may take many times that. */
const TEST_MS_MAX = 120_000;

/** Attempts that are under way at once: enough to be a burst, few enough for the descriptors of a small machine. */
const ATTEMPTS_AT_ONCE = 400;

/** The relay's own time for a command, which would otherwise end it. */
const COMMAND_MS_MAX = 30_000;

/** Of the relay and of the attacker, who share the process of this test. */
const GROWTH_BYTES_MAX = 16 * 1024 * 1024;

describe('a burst of strangers', () => {
  it(
    '10,000 unauthenticated connection attempts leave the relay serving its sessions, and nothing behind',
    async () => {
      const world = await attackWorld();
      const peers = await world.pairOfPeers();
      await burst(world.port, WARM_UP_ATTEMPTS);
      const before = await heapBytes();

      const traffic = new Traffic(peers.controller);
      const ends = await burst(world.port, ATTEMPTS);
      const { outcomes, slowestMs } = await traffic.stop();
      const refusals = world.server.relay.logs
        .query({ seesAll: true, nodeIds: new Set() }, {})
        .filter(({ type }) => type === 'ws_upgrade_rejected');

      expect(ends).toBe(ATTEMPTS);
      expect(outcomes.length).toBeGreaterThan(10);
      expect(new Set(outcomes)).toEqual(new Set(['result']));
      expect(slowestMs).toBeLessThan(COMMAND_MS_MAX);
      // Thousands were refused; sixty a minute are noted, in each of the minutes that a busy machine takes.
      expect(refusals.length).toBeLessThanOrEqual(60 * (1 + TEST_MS_MAX / 60_000));
      expect([peers.controller.closedWith, peers.nodeSocket.closedWith]).toEqual([undefined, undefined]);
      await expect.poll(() => world.server.relay.tables().connections).toBe(2);
      expect((await heapBytes()) - before).toBeLessThan(GROWTH_BYTES_MAX);
    },
    TEST_MS_MAX,
  );

  it('a newcomer gets in while strangers hold every place that they can', { timeout: TEST_MS_MAX }, async () => {
    const world = await attackWorld({ OTTO_MAX_SOCKETS: '30', OTTO_MAX_UNAUTHENTICATED_SOCKETS: '20' });
    const { login } = await world.pairOfPeers();
    const held: Socket[] = [];
    // So many at once as wait at a socket that listens: of more, the kernel tells us that they are there and nobody else.
    for (let batch = 0; batch < 17; batch += 1) {
      held.push(...(await Promise.all(Array.from({ length: 100 }, () => hold(world.port)))));
    }
    const talking = Array.from({ length: 140 }, (_, index) => hold(world.port, KINDS[index % KINDS.length]?.opening));
    held.push(...(await Promise.all(talking)));
    // Those who came first give way; the kernel hands connections over in its own time.
    await expect.poll(() => held.slice(0, 50).some(({ destroyed }) => destroyed), { timeout: 30_000 }).toBe(true);

    const newcomer = await world.join('controller', login.accessToken);

    expect(await newcomer.verdict(newcomer.command('n1'))).toBe('result');
    expect((await world.get('/healthz')).status).toBe(200);
    for (const socket of held) socket.resetAndDestroy();
  });

  it('of unauthenticated sockets from one remote address, 256 may be open, and this machine is not counted', async () => {
    const world = await attackWorld({ OTTO_MAX_UNAUTHENTICATED_SOCKETS: '1000' });
    const from = (address: string) => world.askUpgrade('/?role=controller', { 'x-forwarded-for': address });

    const answers = [];
    for (let n = 0; n < 258; n += 1) answers.push((await from(`10.0.0.${n % 200}`)).answer);

    expect(answers.slice(0, 256).every(({ status }) => status === 101)).toBe(true);
    expect(answers.slice(256).map(({ status, body }) => [status, body['code']])).toEqual([
      [503, 'too_many_sockets'],
      [503, 'too_many_sockets'],
    ]);
    expect((await world.askUpgrade('/?role=controller')).answer.status).toBe(101);
  });

  it('more sockets than OTTO_MAX_SOCKETS are refused with a clear error, and those that are open go on', async () => {
    const world = await attackWorld({ OTTO_MAX_SOCKETS: '3' });
    const { controller } = await world.pairOfPeers();

    expect((await world.askUpgrade('/?role=controller')).answer.status).toBe(101);
    const { answer } = await world.askUpgrade('/?role=controller');

    expect([answer.status, answer.body['code'], answer.body['retryable']]).toEqual([503, 'too_many_sockets', true]);
    expect(await controller.verdict(controller.command('n1'))).toBe('result');
  });
});

/** Commands, one after the other, for as long as it lasts. */
class Traffic {
  readonly #controller: WireSocket;
  readonly #outcomes: unknown[] = [];
  readonly #running: Promise<void>;
  #isStopped = false;
  #slowestMs = 0;

  constructor(controller: WireSocket) {
    this.#controller = controller;
    this.#running = this.#run();
  }

  async stop(): Promise<{ outcomes: unknown[]; slowestMs: number }> {
    this.#isStopped = true;
    await this.#running;
    return { outcomes: this.#outcomes, slowestMs: this.#slowestMs };
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const since = performance.now();
      this.#outcomes.push(await this.#controller.verdict(this.#controller.command('n1')));
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - since);
      // Slower than the rate limit of an identity.
      await new Promise((resolve) => setTimeout(resolve, 55));
    }
  }
}

/** So many attempts, a few hundred at once; resolves with the number of those that have ended. */
async function burst(port: number, attempts: number): Promise<number> {
  let begun = 0;
  let ended = 0;
  const lane = async () => {
    while (begun < attempts) {
      begun += 1;
      await attempt(port, begun);
      ended += 1;
    }
  };
  await Promise.all(Array.from({ length: ATTEMPTS_AT_ONCE }, lane));
  return ended;
}

/** One attempt of a kind; it hangs up as soon as it has been answered or closed, without a farewell. */
function attempt(port: number, index: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const kind = KINDS[index % KINDS.length];
    const leave = () => void socket.resetAndDestroy();
    socket.on('connect', () => {
      socket.write(kind?.opening ?? '');
      if (kind?.isAnswered !== true) setImmediate(leave);
    });
    socket.on('data', leave);
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}

/** A connection that is kept and says no more than its opening. */
function hold(port: number, opening: string | Uint8Array = ''): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.write(opening);
      // Read, so that it is noticed when the relay hangs up.
      socket.resume();
      resolve(socket);
    });
    socket.on('error', () => undefined);
  });
}

const HELLO = JSON.stringify({
  protocolVersion: '1.0',
  messageType: 'hello',
  requestId: 'r',
  senderRole: 'controller',
  payload: { role: 'controller' },
});

const KINDS = [
  { opening: upgradeText('/?role=controller'), isAnswered: true },
  { opening: Buffer.concat([Buffer.from(upgradeText('/?role=controller')), frame(HELLO)]), isAnswered: true },
  { opening: upgradeText('/?role=node', { origin: 'https://evil.example' }), isAnswered: true },
  { opening: upgradeText('/?role=node').slice(0, -2), isAnswered: false },
  { opening: 'GET / HT', isAnswered: false },
  { opening: '', isAnswered: false },
  { opening: '\u0016\u0003\u0001 this is no HTTP\r\n\r\n', isAnswered: true },
];
