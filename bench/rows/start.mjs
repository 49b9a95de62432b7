import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundledRelay } from '../world/bundled-relay.mjs';
import { DAEMON_NODE_OPTIONS } from '../world/daemon-v8.mjs';

const ASK_AGAIN_MS = 2;
const START_MS_MAX = 30_000;

/** How long a relay takes until it can be used, as it is installed: the checkout has six hundred files to load. */
export const start = {
  rows: [{ id: 'start', scenario: 'process start to /readyz', figure: 'time', unit: 'ms', target: { atMost: 400 } }],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const program = await bundledRelay(world.newFolder());
    const rounds = [];
    for (let number = 1; number <= world.size(11, 3); number++)
      rounds.push({ own: await startOnce(program, world.newFolder()) });
    return { start: rounds };
  },
};

/**
 * @param {string} program
 * @param {string} folder
 */
async function startOnce(program, folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const env = { OTTO_HOME: folder, OTTO_RELAY_PORT: String(port), OTTO_TOKEN_SECRET: randomBytes(32).toString('hex') };
  const startedAt = performance.now();
  const daemon = spawn(process.execPath, [...DAEMON_NODE_OPTIONS, program], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  try {
    while (!(await isReady(port))) {
      if (performance.now() - startedAt > START_MS_MAX) throw new Error('The relay has not become ready.');
      await sleep(ASK_AGAIN_MS);
    }
    return performance.now() - startedAt;
  } finally {
    daemon.kill('SIGTERM');
    await ended;
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isReady(port) {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, path: '/readyz' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    // Nobody listens there yet.
    asking.on('error', () => resolve(false));
    asking.end();
  });
}

/** @returns {Promise<number>} one that nobody uses at the moment */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
