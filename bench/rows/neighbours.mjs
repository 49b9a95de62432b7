import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeArchive } from '../log-archive.mjs';

const READER = new URL('../log-reader-process.mjs', import.meta.url);

const P99_MS_MAX = 5;

/** Entries of earlier days. */
const ARCHIVED = { full: 500_000, short: 20_000 };

const ENTRY_BYTES_MIN = 100;

/** A controller that takes results of 64 KiB more slowly than they come. */
export const slowReader = neighbour('slow-reader', 'a slow reader', async (world, relay) => {
  const heavy = world.startLoad('heavy');
  await heavy.ask({ type: 'connect', url: relay.url, access: relay.access });
  return async () => {
    const { commands } = await heavy.ask({ type: 'slow', bytes: 64 * 1024, inFlight: 200, ms: world.size(3_000, 500) });
    relay.expectEntries({ command_routed: commands, result: commands });
  };
});

/** Many who log in at the same time: a token for a secret, a connection, and gone. */
export const loginBurst = neighbour(
  'login-burst',
  'a burst of 1,000 logins',
  async (world, relay) => {
    const http = world.startLoad('http');
    // Not the one that is measured: with so many logins the oldest of a client end.
    const others = relay.access.controllers.slice(1);
    const burst = { type: 'logIn', port: relay.port, clients: others, count: world.size(1_000, 200) };
    return async () => {
      await http.ask({ ...burst, atOnce: 50 });
    };
  },
  {
    note: 'A login is an HTTP request, a signature, a verification and a new socket, about a millisecond of the one core that the bench gives the relay with all its threads. Between two requests are four turns of the loop, or a millisecond; what it sets going (signatures by another thread, handshakes) comes back in later ones, beside that of others.',
  },
);

/** Many who want to be nodes. */
export const pairingBurst = neighbour(
  'pairing-burst',
  '1,000 pairing requests, most answered 429',
  async (world, relay) => {
    const http = world.startLoad('http');
    const count = world.size(1_000, 200);
    return async () => {
      const { refused } = await http.ask({ type: 'pair', port: relay.port, count, atOnce: 50 });
      if (refused < count / 2) throw new Error(`Only ${refused} of ${count} pairing requests were refused.`);
    };
  },
  {
    note: 'A refusal costs the relay a third of a millisecond, and fifty come at once, before the first of them can be turned away. The figure scatters from round to round.',
  },
);

/** Somebody reads all that was ever written down. */
export const logExport = neighbour(
  'log-export',
  'a full export of the log',
  async (world, relay) => {
    const reader = world.start(READER);
    const url = `http://127.0.0.1:${relay.port}/api/logs/export?since=2000-01-01T00:00:00Z`;
    const bearer = readFileSync(join(relay.folder, 'operator.token'), 'utf8').trim();
    return async () => {
      const { bytes } = await reader.ask({ type: 'export', url, bearer });
      if (bytes < world.size(ARCHIVED.full, ARCHIVED.short) * ENTRY_BYTES_MIN) throw new Error('The export was cut.');
    };
  },
  { archivedEntries: ARCHIVED },
);

/**
 * The p99 of one session, one command at a time, for as long as another one does something.
 *
 * @param {string} id
 * @param {string} burden in words
 * @param {(world: World, relay: Subject) => Promise<() => Promise<void>>} prepare gives what is done in each round
 * @param {{ archivedEntries?: { full: number, short: number }, note?: string }} [options]
 */
function neighbour(id, burden, prepare, { archivedEntries, ...notes } = {}) {
  const scenario = `head of line: another session during ${burden}`;
  return {
    rows: [{ id, scenario, figure: 'p99 round trip', unit: 'ms', target: { atMost: P99_MS_MAX }, ...notes }],

    /** @param {World} world */
    run: async (world) => {
      const sizes = { controllers: 1, nodes: 1, others: 4 };
      const relay =
        archivedEntries === undefined
          ? await world.share('relay', sizes)
          : await withArchive(world, sizes, archivedEntries);
      await relay.warmUp({ count: world.size(20_000, 2_000), inFlight: 1 });
      const act = await prepare(world, relay);
      // The first time finds code that has never run: it is written down by itself.
      const first = await relay.runWhile({ inFlight: 1 }, act);
      const rounds = [];
      for (let number = 1; number <= world.size(5, 1); number++) {
        world.say(`round ${number} of ${world.size(5, 1)}`);
        rounds.push({ own: (await relay.runWhile({ inFlight: 1 }, act)).p99Ms });
      }
      return { [id]: rounds, [`p99 ms beside the first: ${burden}`]: [{ own: first.p99Ms }] };
    },
  };
}

/**
 * A relay that has been running for days.
 * @param {World} world
 * @param {{ controllers: number, nodes: number, others: number }} sizes
 * @param {{ full: number, short: number }} entries
 */
async function withArchive(world, sizes, { full, short }) {
  const folder = world.newFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeArchive(folder, { days: 6, entries: world.size(full, short) });
  return world.open('relay', { folder, ...sizes });
}

/** @typedef {import('../world/bench-world.mjs').BenchWorld} World */
/** @typedef {import('../world/subject.mjs').Subject} Subject */
