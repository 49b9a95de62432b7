import { PACKAGE_FILES } from '../package-files.js';

/**
 * The young generation of the relay's heap, in mebibytes. While it is collected nobody is served: where many log in,
 * 4.4 ms with the 16 that V8 takes, and 2.3 with these. With 4 a command would cost 4 % more.
 */
const YOUNG_GENERATION_MIB = 8;

/**
 * Threads that V8 has beside the relay's own, for collections and for compiling. Four, as Node has them, cost a command 8 %
 * more, and where all share a core they keep the relay waiting.
 */
const HELPER_THREADS = 1;

/**
 * By how much the heap may grow before all of it is collected, in percent. Left to itself, V8 looks through the whole heap
 * every half second where frames are large, because it counts what they take outside: 8 % of a command with a result of
 * 64 KiB. Where they are small it takes about as much by itself.
 */
const HEAP_GROWTH_PERCENT = 200;

/**
 * Objects are never made in the old generation at once. V8 does so where objects like them once stayed, as those of a
 * thousand logins do, and from then on the garbage of every command is made there, too: 2 of 38 µs of a command beside
 * 2,000 idle sockets, for collections that take half as long again.
 */
const NO_PRETENURING = '--no-allocation-site-pretenuring';

/** What Node is to know before it runs the relay. */
export const DAEMON_NODE_OPTIONS: readonly string[] = [
  `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
  `--v8-pool-size=${HELPER_THREADS}`,
  `--heap-growing-percent=${HEAP_GROWTH_PERCENT}`,
  NO_PRETENURING,
];

/** The program that is the relay, with these words behind it. */
export const DAEMON_COMMAND = {
  program: process.execPath,
  words: [...DAEMON_NODE_OPTIONS, PACKAGE_FILES.daemon],
} as const;
