import { setTimeout as sleep } from 'node:timers/promises';
import { idleCrowd } from '../world/idle-crowd.mjs';
import { alternatingRounds, figureOf } from '../world/rounds.mjs';

/** A relay to which many are connected who do nothing, beside one that has its workers only. */
export const idleNeighbours = {
  rows: [
    {
      id: 'idle-cpu',
      scenario: '4 × 4 beside 2,000 idle authenticated sockets',
      figure: 'CPU per command',
      unit: 'µs',
      besides: 'without',
      target: { atMost: 1.1 },
      note: 'Each of the sockets is asked every 8 s whether it is there, which is 250 pings and pongs a second, each a frame in and out.',
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const { folder, env, accessTokens } = await idleCrowd(world, world.size(2_000, 200));
    const neighbour = await world.open('relay', { folder, env });
    const subjects = /** @type {const} */ ([neighbour, await world.share('relay')]);
    await world.startLoad('idle').ask({ type: 'open', url: neighbour.url, accessTokens });
    for (const subject of subjects) await subject.warmUp({ count: world.size(40_000, 5_000), inFlight: 32 });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ms: world.roundMs, inFlight: 32 }),
    });
    // Twice the time between two heartbeats; without those, a relay has work of its own.
    const ms = world.size(16_000, 500);
    const [idle, alone] = [await cpuMicrosIn(neighbour, ms), await cpuMicrosIn(subjects[1], ms)];
    return {
      'idle-cpu': figureOf(rounds, ({ cpuMicros }) => cpuMicros),
      'CPU µs per idle socket and second': [{ own: (Math.max(0, idle - alone) * 1_000) / ms / accessTokens.length }],
    };
  },
};

/**
 * What a relay does while nobody commands: it is asked by every socket, every eight seconds, whether it is there.
 * @param {import('../world/subject.mjs').Subject} subject
 * @param {number} ms
 */
async function cpuMicrosIn(subject, ms) {
  const before = await subject.cpuMicros();
  await sleep(ms);
  return (await subject.cpuMicros()) - before;
}
