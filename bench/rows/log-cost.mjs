import { alternatingRounds, figureOf } from '../world/rounds.mjs';

/** What the operation log takes: the relay beside the same one whose entries go nowhere. */
export const logCost = {
  rows: [
    {
      id: 'log-cpu',
      scenario: '4 × 4, 32 in flight each, 200 B, operation log on disk',
      figure: 'CPU per command',
      unit: 'µs',
      besides: 'null sink',
      target: { atMost: 1.3 },
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const subjects = /** @type {const} */ ([await world.share('relay'), await world.open('relay without log')]);
    for (const subject of subjects) await subject.warmUp({ count: world.size(40_000, 5_000), inFlight: 32 });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ms: world.roundMs, inFlight: 32 }),
    });
    return { 'log-cpu': figureOf(rounds, ({ cpuMicros }) => cpuMicros) };
  },
};
