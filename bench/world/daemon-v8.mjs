/** Of the command line as it is built. */
const daemon = new URL('../../apps/otto-cli/dist/daemon/', import.meta.url);

/** What `otto start` tells Node before it runs the relay. @type {readonly string[]} */
export const DAEMON_NODE_OPTIONS = (await import(new URL('daemon-command.js', daemon).href)).DAEMON_NODE_OPTIONS;

/** What the relay tells V8 before it listens. @type {() => void} */
export const tuneHeap = (await import(new URL('heap-flags.js', daemon).href)).tuneHeap;
