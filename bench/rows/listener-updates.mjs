import { alternatingRounds, figureOf } from '../world/rounds.mjs';

const UPDATE_BYTES = 2 * 1024;

/** News of a page, such as the requests of a tab. */
export const listenerUpdates = {
  rows: [
    {
      id: 'listener-updates',
      scenario: 'listener updates of 2 KiB, one node to one controller',
      figure: 'throughput',
      unit: 'updates/s',
      besides: 'bare forwarder',
      target: { atLeast: 0.85 },
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const options = { controllers: 1, nodes: 1 };
    const subjects = /** @type {const} */ ([
      await world.share('relay', options),
      await world.share('forwarder', options),
    ]);
    for (const subject of subjects) {
      await measure(subject, world.size(2_000, 300));
      subject.expectEntries({ command_routed: 1, result: 1 });
    }
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => measure(subject, world.roundMs),
    });
    return {
      'listener-updates': figureOf(rounds, ({ updatesPerSecond }) => updatesPerSecond),
      'CPU µs per update': figureOf(rounds, ({ cpuMicros }) => cpuMicros),
    };
  },
};

/**
 * @param {import('../world/subject.mjs').Subject} subject
 * @param {number} ms
 */
async function measure(subject, ms) {
  const before = await subject.cpuMicros();
  const { updates, elapsedMs } = await subject.askLoad({ type: 'updates', ms, bytes: UPDATE_BYTES });
  const cpuMicros = ((await subject.cpuMicros()) - before) / updates;
  return { updatesPerSecond: (updates * 1_000) / elapsedMs, cpuMicros };
}
