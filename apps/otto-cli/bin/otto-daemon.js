#!/usr/bin/env node
// What `otto start` leaves running: the relay, without a terminal.
const { runDaemon } = await import(new URL('../dist/daemon/entry.js', import.meta.url).href);
await runDaemon(process);
