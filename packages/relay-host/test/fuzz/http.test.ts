import { once } from 'node:events';
import { connect } from 'node:net';
import { isErrorCode } from '@telepat/otto-protocol';
import { ROUTES, SERVER_OPTIONS, relayHttp, type HttpPolicy } from '@telepat/otto-relay-http';
import { testRelay, type TestRelay } from '@telepat/otto-relay-core/testing';
import fc from 'fast-check';
import { fastify, type FastifyInstance } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { heapBytes } from '../support/heap.js';
import { OPCODES, frame, requestText, upgradeText } from '../support/raw-connection.js';
import { fuzzSeed } from './fuzz-seed.js';
import { frameText } from './real-frames.js';

const REQUESTS = 6_000;
const CONNECTIONS = 4_000;
const WARM_UP_SHARE = 0.4;
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;

/** A connection that was ended by its client is over within this time. */
const HANG_MS_MAX = 10_000;

const OPERATOR = 'operator-token';

const POLICY: HttpPolicy = {
  extensionOrigins: [],
  controllerOrigins: ['https://console.example'],
  allowedHosts: [],
  registration: { allowRemote: false },
  maxFrameBytes: 100_000,
  maxBufferedBytes: 1_000_000,
  maxSockets: 1_000,
  maxUnauthenticatedSockets: 500,
};

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '\u0000', 'é', '💥', 'x'.repeat(201), '../..', '__proto__', '%00', '%ZZ'),
  },
);

/** What a header may hold at all; others are for the raw connections. */
const headerValue = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aZ09 ._-:/;,="*()[]{}%&?#'.split('')), maxLength: 20 }),
  fc.constantFrom('Bearer ', 'Bearer x.y.z', `Bearer ${OPERATOR}`, 'plain:{"role":"node"}', '127.0.0.1', '[::1]:1'),
);

const HEADERS = [
  ...['host', 'origin', 'authorization', 'content-type', 'idempotency-key', 'x-otto-registration-secret', 'accept'],
  ...['x-forwarded-for', 'forwarded', 'access-control-request-method', 'cookie', 'if-none-match', 'range', 'x-a'],
];

const KEYS = [
  ...['nodeId', 'challengeId', 'code', 'refreshToken', 'name', 'description', 'avatarSeed', 'clientId'],
  ...['clientSecret', 'grant', 'expiresAt', 'scopes', '__proto__', 'constructor', ''],
];

const field = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('n1', 'alice', 'secret-of-alice', '000-001', 'rt_1', true, 1e308, null, -1, 4e12),
);

const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom(...KEYS), field, { maxKeys: 4 }).map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
);

const query = fc.array(
  fc.tuple(fc.constantFrom('since', 'level', 'latest', 'source', 'challengeId', 'nodeId', 'a[b]'), text),
  {
    maxLength: 3,
  },
);

const request = fc.record({
  route: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...ROUTES) },
    fc.constant({ method: 'GET', url: '/nowhere' }),
  ),
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD', 'PUT'),
  ),
  headers: fc.dictionary(fc.constantFrom(...HEADERS), headerValue, { maxKeys: 2 }),
  token: fc.constantFrom('none', 'operator', 'node', 'controller'),
  query,
  body,
});

it(`${REQUESTS} requests, right and wrong: each has an answer of the relay’s own, and nothing grows`, async () => {
  const { app, world } = await openDoors();
  const tokens = await tokensOf(world);
  let [count, heapAfterWarmUp] = [0, Infinity];
  const property = fc.asyncProperty(request, async (drawn) => {
    count += 1;
    const method = drawn.method ?? drawn.route.method;
    const parameters = drawn.query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
    const token = tokens[drawn.token];
    const answer = await app.inject({
      method: method as 'GET',
      url: `${drawn.route.url}?${parameters}`,
      headers: {
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...drawn.headers,
      },
      ...(method === 'GET' || method === 'HEAD' ? {} : { payload: drawn.body }),
    });

    checkAnswer(answer.statusCode, answer.headers, method === 'HEAD' ? '' : answer.body);
    if (world.bugs.length > 0) throw new Error('The relay met a bug.', { cause: world.bugs[0] });
    if (count % 200 === 0) {
      world.clock.advance(120_000);
      world.log.entries.length = 0;
    }
    if (count === REQUESTS * WARM_UP_SHARE) heapAfterWarmUp = await heapBytes();
  });

  await fc.assert(property, { numRuns: REQUESTS, seed: fuzzSeed(), endOnFailure: true });

  expect((await heapBytes()) - heapAfterWarmUp).toBeLessThan(GROWTH_BYTES_MAX);
}, 120_000);

it(`${CONNECTIONS} connections of broken requests, upgrades and frames: each ends, and nothing is left of them`, async () => {
  const { app, world } = await openDoors();
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  let [count, heapAfterWarmUp] = [0, Infinity];
  const property = fc.asyncProperty(connectionBytes(), async (bytes) => {
    count += 1;
    checkRawAnswer(await exchange(port, bytes));
    if (count % 200 === 0) world.log.entries.length = 0;
    if (count === CONNECTIONS * WARM_UP_SHARE) heapAfterWarmUp = await heapBytes();
  });

  await fc.assert(property, { numRuns: CONNECTIONS, seed: fuzzSeed(), endOnFailure: true });

  expect(checkRawAnswer(await exchange(port, Buffer.from(requestText({ path: '/healthz' }))))).toBe(200);
  await expect.poll(() => world.relay.tables().connections).toBe(0);
  expect((await heapBytes()) - heapAfterWarmUp).toBeLessThan(GROWTH_BYTES_MAX);
}, 120_000);

/** All that one connection says: a request or an upgrade with frames behind it, whole or damaged. */
function connectionBytes(): fc.Arbitrary<Buffer> {
  const plain = fc
    .record({
      path: fc.webPath(),
      name: fc.constantFrom(...HEADERS, 'content-length', 'transfer-encoding'),
      value: text,
      body,
    })
    .map(({ path, name, value, body: content }) =>
      Buffer.from(requestText({ method: 'POST', path, headers: { [name]: value }, body: content })),
    );
  const frames = fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: frameText('controller', () => '2026-01-31T12:00:00.000Z').map((content) => frame(content)),
      },
      fc
        .record({
          opcode: fc.integer({ min: 0, max: 15 }),
          isFinal: fc.boolean(),
          claimedLength: fc.constantFrom(undefined, 0, 126, 65_537, 2 ** 40),
          content: fc.uint8Array({ maxLength: 130 }),
        })
        .map(({ content, claimedLength, ...options }) =>
          frame(content, claimedLength === undefined ? options : { ...options, claimedLength }),
        ),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 6 },
  );
  const upgrade = fc
    .record({ path: fc.constantFrom('/?role=controller', '/?role=node', '/', '/?role=x'), frames })
    .map((drawn) =>
      Buffer.concat([Buffer.from(upgradeText(drawn.path)), ...drawn.frames, frame('', { opcode: OPCODES.close })]),
    );
  const flips = fc.array(fc.record({ at: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) }), { maxLength: 2 });
  return fc
    .record({ bytes: fc.oneof({ weight: 2, arbitrary: plain }, { weight: 3, arbitrary: upgrade }), flips })
    .map(({ bytes, flips: drawn }) => {
      for (const { at, bit } of drawn) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      return bytes;
    });
}

/** Says it all, hangs up its own half, and waits for the other. */
async function exchange(port: number, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset is an end like any other.
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close', { signal: AbortSignal.timeout(HANG_MS_MAX) });
  return Buffer.concat(chunks);
}

function checkAnswer(status: number, headers: Readonly<Record<string, unknown>>, content: string): void {
  if (headers['x-content-type-options'] !== 'nosniff' || headers['cache-control'] !== 'no-store') {
    throw new Error(`An answer of ${status} lacks its headers.`);
  }
  if (headers['access-control-allow-origin'] !== undefined) throw new Error('An origin was let in.');
  if (status === 500) throw new Error(`A bug was answered: ${content}`);
  if (status < 400 || content === '') return;
  const { code }: { code?: unknown } = JSON.parse(content) as object;
  if (typeof code !== 'string' || !isErrorCode(code)) throw new Error(`An error has no known code: ${content}`);
}

/** The status of the first answer; nothing at all, or an upgrade, are fine as well. */
function checkRawAnswer(bytes: Buffer): number | undefined {
  const answer = bytes.toString('latin1');
  if (answer === '') return undefined;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  if (!(status >= 100 && status < 600) || status === 500) throw new Error(`Not an answer of ours: ${answer}`);
  if (status !== 101 && !answer.includes('nosniff')) throw new Error(`An answer lacks its headers: ${answer}`);
  return status;
}

async function openDoors(): Promise<{ app: FastifyInstance; world: TestRelay }> {
  const world = await testRelay({ grants: { alice: ['n1'] } });
  const logged: string[] = [];
  const app = fastify({
    ...SERVER_OPTIONS,
    logger: { level: 'error', stream: { write: (line) => void logged.push(line) } },
  });
  await app.register(relayHttp, {
    relay: world.relay,
    operator: { matches: (token) => token === OPERATOR, prove: (challenge) => `proof of ${challenge}` },
    readiness: () => ({ status: 'ready' }),
    process: () => ({ version: '1.2.3', pid: 42, port: 8787, uptimeMs: 1_000, warnings: [] }),
    policy: POLICY,
  });
  onTestFinished(async () => {
    world.relay.stop();
    await app.close();
    expect(world.bugs).toEqual([]);
    expect(logged).toEqual([]);
  });
  return { app, world };
}

async function tokensOf(
  world: TestRelay,
): Promise<Record<'none' | 'operator' | 'node' | 'controller', string | undefined>> {
  return {
    none: undefined,
    operator: OPERATOR,
    node: await world.token({ role: 'node', nodeId: 'n1', scopes: [] }, 1e12),
    controller: await world.token({ role: 'controller', clientId: 'alice', controllerId: 'c', scopes: [] }, 1e12),
  };
}
