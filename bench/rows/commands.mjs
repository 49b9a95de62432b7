import { alternatingRounds, figureOf } from '../world/rounds.mjs';

const BESIDES = 'bare forwarder';
const ONE = { scenario: '1 controller, 1 node, 1 command in flight, 200 B', besides: BESIDES };
const FOUR = { scenario: '4 × 4, 32 in flight each, 200 B', besides: BESIDES };

/** Small commands, one at a time and many: what most of Otto's life is made of. */
export const commands = {
  rows: [
    { ...FOUR, id: 'command-cpu', figure: 'CPU per command', unit: 'µs', target: { atMost: 1.4 } },
    { ...FOUR, id: 'throughput', figure: 'throughput', unit: 'commands/s', target: { atLeast: 0.7 } },
  ],

  /** @param {World} world */
  run: async (world) => {
    const subjects = /** @type {const} */ ([await world.share('relay'), await world.share('forwarder')]);
    for (const subject of subjects) await subject.warmUp({ count: world.size(40_000, 5_000), inFlight: 32 });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ms: world.roundMs, inFlight: 32 }),
    });
    const [relay] = subjects;
    return {
      'log bytes per command': [{ own: await relay.logBytesPerCommand() }],
      'command-cpu': figureOf(rounds, ({ cpuMicros }) => cpuMicros),
      throughput: figureOf(rounds, (figures) => (figures.commands * 1_000) / figures.elapsedMs),
    };
  },
};

/** One command at a time. */
export const roundTrip = {
  rows: [{ ...ONE, id: 'round-trip', figure: 'p50 round trip', unit: 'ms', target: { atMost: 1.35 } }],

  /** @param {World} world */
  run: async (world) => {
    const sizes = { controllers: 1, nodes: 1 };
    const subjects = /** @type {const} */ ([await world.share('relay', sizes), await world.share('forwarder', sizes)]);
    for (const subject of subjects) await subject.warmUp({ count: world.size(20_000, 2_000), inFlight: 1 });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ms: world.size(1_000, 150), inFlight: 1 }),
    });
    return {
      'round-trip': figureOf(rounds, ({ p50Ms }) => p50Ms),
      'CPU µs of a lonely command': rounds.map(({ own }) => ({ own: own.cpuMicros })),
    };
  },
};

/** @typedef {import('../world/bench-world.mjs').BenchWorld} World */
