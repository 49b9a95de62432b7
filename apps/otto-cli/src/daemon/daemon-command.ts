import { PACKAGE_FILES } from '../package-files.js';

/**
 * The young generation of the relay's heap, in mebibytes. While one is collected nobody is served: with the 16 that V8
 * takes, 6 to 8 ms whenever many log in, with these 2 ms; a command costs the same.
 */
const YOUNG_GENERATION_MIB = 4;

/** What Node is to know before it runs the relay. */
export const DAEMON_NODE_OPTIONS: readonly string[] = [`--max-semi-space-size=${YOUNG_GENERATION_MIB}`];

/** The program that is the relay, with these words behind it. */
export const DAEMON_COMMAND = {
  program: process.execPath,
  words: [...DAEMON_NODE_OPTIONS, PACKAGE_FILES.daemon],
} as const;
