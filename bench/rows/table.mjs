import { commands, roundTrip } from './commands.mjs';
import { crowd } from './crowd.mjs';
import { million, minute } from './endurance.mjs';
import { idleNeighbours } from './idle-neighbours.mjs';
import { largeFrame } from './large-frame.mjs';
import { largeResults } from './large-results.mjs';
import { listenerUpdates } from './listener-updates.mjs';
import { logCost } from './log-cost.mjs';
import { logExport, loginBurst, pairingBurst, slowReader } from './neighbours.mjs';
import { oneTab } from './one-tab.mjs';
import { refresh } from './refresh.mjs';
import { socketMemory } from './socket-memory.mjs';
import { start } from './start.mjs';

/** All that is measured, in the order of the table: a scenario gives one row or more. */
const SCENARIOS = /** @type {readonly Scenario[]} */ ([
  roundTrip,
  commands,
  logCost,
  largeResults,
  oneTab,
  crowd,
  idleNeighbours,
  socketMemory,
  listenerUpdates,
  minute,
  million,
  start,
  refresh,
  largeFrame,
  slowReader,
  loginBurst,
  pairingBurst,
  logExport,
]);

/**
 * The scenarios that one of the names asks for, all of them when there is none.
 * @param {readonly string[]} names of rows
 */
export function scenariosFor(names) {
  const known = SCENARIOS.flatMap(({ rows }) => rows.map(({ id }) => id));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}. There are: ${known.join(', ')}.`);
  return SCENARIOS.filter(({ rows }) => names.length === 0 || rows.some(({ id }) => names.includes(id)));
}

/**
 * @typedef {object} Scenario
 * @property {readonly import('../reckoning/verdict.mjs').Row[]} rows
 * @property {(world: import('../world/bench-world.mjs').BenchWorld) =>
 *   Promise<Record<string, import('../reckoning/verdict.mjs').Round[]>>} run the rounds of each row, by its id
 */
