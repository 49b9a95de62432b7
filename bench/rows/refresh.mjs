/** Controllers that renew their tokens at the same time. */
const WORKERS = 64;

/** A new token is given out when the old one is invalid on disk. */
export const refresh = {
  rows: [
    {
      id: 'refresh',
      scenario: 'refresh rotations acknowledged on disk, 64 at a time',
      figure: 'throughput',
      unit: 'per second',
      target: { atLeast: 500 },
    },
  ],

  /** @param {import('../world/bench-world.mjs').BenchWorld} world */
  run: async (world) => {
    const relay = await world.open('relay', { controllers: WORKERS, nodes: 1 });
    const http = world.startLoad('http');
    let refreshTokens = relay.access.controllers.map((controller) => controller.refreshToken);
    const rounds = [];
    for (let number = 1; number <= world.roundCount; number++) {
      const load = await http.ask({ type: 'refresh', port: relay.port, refreshTokens, ms: world.size(2_000, 200) });
      ({ refreshTokens } = load);
      rounds.push({ own: load.perSecond });
    }
    return { refresh: rounds };
  },
};
