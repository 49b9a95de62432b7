import { alternatingRounds, figureOf } from '../world/rounds.mjs';

/** Who has the crowd's commands and locks: an identity may hold a thousand locks. */
const MEMBERS = 5;

/** Nothing that is remembered is forgotten before it is over. */
const ENVIRONMENT = {
  OTTO_REPLAY_WINDOW_MS: '600000',
  OTTO_TAB_QUEUE_LIMIT: '10000',
  OTTO_CONTROLLER_QUEUE_LIMIT: '10000',
};

/** A relay that has very much to remember, beside one that has not. */
export const crowd = {
  rows: [
    {
      id: 'crowd-cpu',
      scenario: '4 × 4 with 100,000 remembered nonces, 10,000 queued commands, 5,000 locks',
      figure: 'CPU per command',
      unit: 'µs',
      besides: 'without',
      target: { atMost: 1.15 },
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const crowded = await world.open('relay', { env: ENVIRONMENT, others: MEMBERS });
    const subjects = /** @type {const} */ ([crowded, await world.share('relay')]);
    // Every nonce of these is remembered.
    for (const subject of subjects) await subject.warmUp({ count: world.size(100_000, 10_000), inFlight: 32 });
    await gather(crowded, { commands: world.size(10_000, 1_000), locks: world.size(5_000, 500) });
    const rounds = await alternatingRounds(world, subjects, {
      count: world.roundCount,
      measure: (subject) => subject.run({ ms: world.roundMs, inFlight: 32 }),
    });
    return { 'crowd-cpu': figureOf(rounds, ({ cpuMicros }) => cpuMicros) };
  },
};

/**
 * @param {import('../world/subject.mjs').Subject} subject
 * @param {{ commands: number, locks: number }} sizes
 */
async function gather(subject, sizes) {
  const members = { nodes: [], controllers: subject.access.controllers.slice(-MEMBERS) };
  const tally = await subject.askLoad({ type: 'crowd', url: subject.url, access: members, ...sizes });
  if (tally.queued !== sizes.commands || tally.locks !== sizes.locks) {
    throw new Error(`${tally.queued} commands wait and ${tally.locks} locks are held: that is not the crowd.`);
  }
  subject.expectEntries({ command_routed: tally.routed, command_queued: tally.queued });
}
