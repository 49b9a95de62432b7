import { alternatingRounds, figureOf } from '../world/rounds.mjs';

const SCENARIO = '4 × 4, 8 in flight each, results of 64 KiB';
const RESULT_BYTES = 64 * 1024;
const MEBIBYTE = 1024 * 1024;

/** Results such as pages and screenshots make. */
export const largeResults = {
  rows: [
    {
      id: 'large-throughput',
      scenario: SCENARIO,
      figure: 'throughput',
      unit: 'commands/s',
      besides: 'bare forwarder',
      target: { atLeast: 0.85 },
    },
    { id: 'large-memory', scenario: SCENARIO, figure: 'RSS at the end', unit: 'MiB', target: { atMost: 220 } },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const subjects = /** @type {const} */ ([await world.share('relay'), await world.share('forwarder')]);
    const load = { inFlight: 8, resultBytes: RESULT_BYTES };
    for (const subject of subjects) await subject.warmUp({ ...load, count: world.size(10_000, 1_000) });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ...load, ms: world.roundMs }),
    });
    const [relay] = subjects;
    return {
      'large-throughput': figureOf(rounds, (figures) => (figures.commands * 1_000) / figures.elapsedMs),
      'large-memory': [{ own: (await relay.rssBytes()) / MEBIBYTE }],
    };
  },
};
