/** What the programs of the simulation use of it, bundled into one file that Node runs as it is. */
export { faultsIn, rareIn, tableOf } from './coverage.js';
export { INVARIANTS } from './invariants.js';
export { reportOn } from './report.js';
export { runSeed } from './run-history.js';
export { soak } from './soak.js';
