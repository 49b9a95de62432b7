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

/** What Node is to know before it runs the relay. */
export const DAEMON_NODE_OPTIONS: readonly string[] = [
  `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
  `--v8-pool-size=${HELPER_THREADS}`,
];

/** The program that is the relay, with these words behind it. */
export const DAEMON_COMMAND = {
  program: process.execPath,
  words: [...DAEMON_NODE_OPTIONS, PACKAGE_FILES.daemon],
} as const;
