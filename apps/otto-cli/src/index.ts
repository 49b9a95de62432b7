export { main } from './main.js';
export { run } from './run.js';
export type { Environment, Io, TextSink } from './io.js';
