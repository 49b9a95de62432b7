import { alternatingRounds, figureOf } from '../world/rounds.mjs';

/** As many wait as the limits allow that the bench asks for: one is under way, 64 stand behind it. */
const LOAD = { inFlight: 65, isOneTab: true };
const ENVIRONMENT = { OTTO_TAB_QUEUE_LIMIT: '100' };

/** One tab that everybody wants: each command waits for its turn, and is told so. */
export const oneTab = {
  rows: [
    {
      id: 'one-tab',
      scenario: 'one tab, 64 queued behind each other',
      figure: 'CPU per command',
      unit: 'µs',
      besides: 'bare forwarder',
      target: { atMost: 1.5 },
      note: 'While each command waits for the one before it, nearly every frame wakes the process for itself: no turn is shared with another, and the code of a command (checks, lane, access, three log entries) has left the caches of the processor since the last one.',
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const options = { controllers: 1, nodes: 1, env: ENVIRONMENT };
    const subjects = /** @type {const} */ ([
      await world.open('relay', options),
      await world.open('forwarder', options),
    ]);
    for (const subject of subjects) await subject.warmUp({ ...LOAD, count: world.size(100_000, 4_000) });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ...LOAD, ms: world.roundMs }),
    });
    return { 'one-tab': figureOf(rounds, ({ cpuMicros }) => cpuMicros) };
  },
};
