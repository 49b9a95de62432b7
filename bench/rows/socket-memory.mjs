import { idleCrowd } from '../world/idle-crowd.mjs';

/** Those who come first make a server load and compile what it needs: that is no cost of a socket. */
const FIRST = 100;

/** What one more who is connected takes. Each server is a fresh process in each round. */
export const socketMemory = {
  rows: [
    {
      id: 'socket-memory',
      scenario: '2,000 idle authenticated controllers',
      figure: 'memory per socket',
      unit: 'bytes',
      besides: 'bare @fastify/websocket server',
      target: { atMost: 1.25 },
      note: 'A session is who it is, its limits and its heartbeat: two kilobytes beside what Node and ws take for a socket. Memory is taken by the page, so that two rounds of the same program differ by a kilobyte.',
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const count = world.size(2_000, 200);
    const everybody = await idleCrowd(world, count + FIRST);
    /** @type {import('../reckoning/verdict.mjs').Round[]} */
    const rounds = [];
    /** @type {import('../reckoning/verdict.mjs').Round[]} */
    const empty = [];
    for (let number = 1; number <= world.size(5, 1); number++) {
      world.say(`round ${number} of ${world.size(5, 1)}`);
      const relay = await memoryOf(world, 'relay', everybody);
      const forwarder = await memoryOf(world, 'forwarder', everybody);
      rounds.push({ own: relay.bytesPerSocket, beside: forwarder.bytesPerSocket });
      empty.push({ own: relay.beforeBytes });
    }
    return { 'socket-memory': rounds, 'bytes of a relay without sockets': empty };
  },
};

/**
 * @param {import('../world/bench-world.mjs').BenchWorld} world
 * @param {'relay' | 'forwarder'} kind
 * @param {import('../world/idle-crowd.mjs').IdleCrowd} everybody
 */
async function memoryOf(world, kind, { folder, env, accessTokens }) {
  const sizes = { controllers: 0, nodes: 0 };
  const subject = await world.open(kind, { folder, env, execArgv: ['--expose-gc'], ...sizes });
  const idle = world.startLoad('idle');
  await idle.ask({ type: 'open', url: subject.url, accessTokens: accessTokens.slice(0, FIRST) });
  const before = await subject.rssBytes();
  await idle.ask({ type: 'open', url: subject.url, accessTokens: accessTokens.slice(FIRST) });
  const after = await subject.rssBytes();
  await world.endSubjects();
  return { beforeBytes: before, bytesPerSocket: (after - before) / (accessTokens.length - FIRST) };
}
