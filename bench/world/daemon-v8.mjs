/** What `otto start` tells Node before it runs the relay. @type {readonly string[]} */
export const DAEMON_NODE_OPTIONS = (
  await import(new URL('../../apps/otto-cli/dist/daemon/daemon-command.js', import.meta.url).href)
).DAEMON_NODE_OPTIONS;

/** What the relay tells V8 before it listens. @type {() => void} */
export const tuneHeap = (await import(new URL('../../apps/otto-cli/dist/daemon/heap-flags.js', import.meta.url).href))
  .tuneHeap;
