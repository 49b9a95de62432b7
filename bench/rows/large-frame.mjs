import { alternatingRounds, figureOf } from '../world/rounds.mjs';

const FRAME_BYTES = 16 * 1024 * 1024;
const EVERY_MS = 2_000;

/** The largest frame that there may be, again and again, beside somebody with small commands. */
export const largeFrame = {
  rows: [
    {
      id: 'large-frame',
      scenario: 'head of line: another’s result of 16 MiB every 2 s, five times 12 s',
      figure: 'longest gap of 12 s',
      unit: 'ms',
      besides: 'bare forwarder',
      target: { atMost: 1.3 },
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const options = { controllers: 1, nodes: 1, others: 4 };
    const subjects = /** @type {const} */ ([
      await world.share('relay', options),
      await world.share('forwarder', options),
    ]);
    const burdens = new Map();
    for (const subject of subjects) {
      await subject.warmUp({ count: world.size(20_000, 2_000), inFlight: 1 });
      const heavy = world.startLoad('heavy');
      await heavy.ask({ type: 'connect', url: subject.url, access: subject.access });
      burdens.set(subject, heavy);
    }
    const count = world.size(6, 1);
    const rounds = await alternatingRounds(world, subjects, {
      count: world.size(5, 1),
      measure: (subject) =>
        subject.runWhile({ inFlight: 1 }, async () => {
          const large = { type: 'large', bytes: FRAME_BYTES, everyMs: world.size(EVERY_MS, 500), count };
          const { commands } = await burdens.get(subject).ask(large);
          subject.expectEntries({ command_routed: commands, result: commands });
        }),
    });
    return { 'large-frame': figureOf(rounds, ({ maxMs }) => maxMs) };
  },
};
