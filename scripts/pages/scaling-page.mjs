import { LOAD_MAX, capacityOf, commandMicrosAt, measuredOf } from '../../bench/reckoning/capacity.mjs';
import { simulateLoop } from '../../bench/reckoning/event-loop.mjs';
import { SHORT } from './bench-section.mjs';
import { table } from './markdown.mjs';

const LOADS = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95];
const NODE_MS = 100;
const SIMULATED_COMMANDS = 300_000;

const EACH_PER_SECOND = [0.1, 1, 20];
const SOCKETS = [100, 2_000, 10_000];
const LOG_BYTES_MAX = 20 * 1024 ** 3;

const PERCENT_MAX = `${Math.round(LOAD_MAX * 100)} %`;

/**
 * The page on what one relay carries, reckoned from a run of the bench.
 * @param {import('./bench-section.mjs').Run} run
 */
export function scalingPage(run) {
  const measured = measuredOf(run);
  const capacity = capacityOf(measured);
  const parts = [costs(measured, run), oneCore(capacity), theWay(measured), firstLimit(capacity), MORE_RELAYS];
  return `# Scaling

Made by \`npm run pages\` from \`bench/recorded.json\`, a run of \`npm run bench -- ${run.isShort ? '--short ' : ''}--record\` on ${run.machine.date}
(${run.machine.processor}, Node ${run.machine.node}); edit \`scripts/pages/scaling-page.mjs\`, not this page.${run.isShort ? SHORT : ''}

A relay is one process whose work is done by one thread: what it carries is a matter of what each thing costs of one core.

${parts.join('\n\n')}
`;
}

/**
 * @param {import('../../bench/reckoning/capacity.mjs').Measured} measured
 * @param {import('./bench-section.mjs').Run} run
 */
function costs(measured, run) {
  const ratio = (/** @type {string} */ id) =>
    number(run.results.find(({ row }) => row.id === id)?.outcome.figure ?? Number.NaN);
  return `## What things cost

${table(
  ['thing', 'cost'],
  [
    [
      'a command at full load: two frames in, three out, two log entries',
      `${number(measured.commandMicros)} µs of CPU`,
    ],
    [
      'a lonely command: the process wakes for it twice, and nothing is shared',
      `${number(measured.lonelyMicros)} µs of CPU`,
    ],
    ['a listener update of 2 KiB', `${number(measured.updateMicros)} µs of CPU`],
    [
      'an authenticated socket that only says that it is there',
      `${number(measured.idleSocketMicros)} µs of CPU a second`,
    ],
    ['the same, in memory', `${number(measured.socketBytes / 1_000)} kB`],
    ['a relay without sockets', `${number(measured.relayBytes / 1_000_000)} MB`],
    ['the log of a command on disk', `${number(measured.logBytes)} bytes`],
  ],
)}

What else there is changes this little, so that load adds up: a command costs ${ratio('crowd-cpu')} times as much beside ten thousand queued
commands, a hundred thousand remembered nonces and five thousand locks, ${ratio('idle-cpu')} times beside two thousand idle sockets,
and ${ratio('minute')} times at the end of a minute of full load.`;
}

/** @param {Capacity} capacity */
function oneCore(capacity) {
  return `## What one core carries

At ${PERCENT_MAX} of a core, from where on waiting begins to show (below):

${table(
  ['of', 'alone'],
  [
    ['commands', `${whole(capacity.commandsPerSecond)} a second`],
    ['listener updates of 2 KiB', `${whole(capacity.updatesPerSecond)} a second`],
    ...EACH_PER_SECOND.map((each) => [
      `controllers with ${each} ${each === 1 ? 'command' : 'commands'} a second each`,
      whole(capacity.controllers(each)),
    ]),
    ['nodes with 30 commands a second each', whole(capacity.controllers(30))],
  ],
)}

Twenty commands a second are the rate limit of one identity (\`OTTO_RATE_LIMIT_PER_MIN\`, 1,200); an agent that looks at a
page before it decides comes to one in a few seconds. A node's browser is done with a few dozen actions a second, so a core
serves more nodes that work without a pause than it has reason to: see the last line.

${table(
  ['sockets', 'memory of the relay', 'share of the core for their heartbeats'],
  SOCKETS.map((sockets) => [
    whole(sockets),
    `${whole(capacity.memoryBytes(sockets) / 1_000_000)} MB`,
    `${number(capacity.idleShare(sockets) * 100)} %`,
  ]),
)}`;
}

/** @param {import('../../bench/reckoning/capacity.mjs').Measured} measured */
function theWay(measured) {
  return `## How long a command is on its way

Simulated (\`bench/reckoning/event-loop.mjs\`): commands that come at random, nodes that take ${NODE_MS} ms, one loop that
serves each command twice. What the relay adds to a command:

${table(
  ['busy', 'commands a second', 'p50', 'p99'],
  LOADS.map((load) => {
    const serviceMs = commandMicrosAt(measured, load) / 1_000;
    const { p50Ms, p99Ms } = simulateLoop({ load, serviceMs, nodeMs: NODE_MS, commands: SIMULATED_COMMANDS });
    const perSecond = whole((load * 1_000) / serviceMs);
    return [`${Math.round(load * 100)} %`, perSecond, `${whole(p50Ms * 1_000)} µs`, `${whole(p99Ms * 1_000)} µs`];
  }),
)}

It grows with 1 / (1 − load): up to ${PERCENT_MAX} nobody notices, at 95 % everybody does. Long turns come on top of it: a result
of 16 MiB holds up everybody else for as long as it takes to parse (the row "head of line" of the bench).`;
}

/** @param {Capacity} capacity */
function firstLimit(capacity) {
  return `## Where the first limit lies

1. **The core.** Commands, updates and heartbeats share it, and a second core is used by the kernel, the garbage collector,
   the writing of the log and the thread that reads it, but not by commands.
2. **Sockets.** \`OTTO_MAX_SOCKETS\` is 10,000 by default; their heartbeats then take ${number(capacity.idleShare(10_000) * 100)} % of the core.
3. **The room for the log** is no limit to the rate, but to how far back the log reaches: at ${PERCENT_MAX} of a core
   ${number(capacity.logBytesPerSecond / 1_000_000)} MB of it are written a second, and \`OTTO_LOG_MAX_TOTAL_BYTES\` (20 GiB by default) is full after ${number(capacity.logHours(LOG_BYTES_MAX))} hours. A
   hundred commands a second, which is a busy house, write ${number(capacity.logBytesPerDay(100) / 1_000_000_000)} GB a day.
4. **Memory** comes last: what is bounded by limits (queues, buffers, durable outcomes) outgrows what sockets take. A peer
   that does not read may hold two times 8 MiB and a frame of 16 MiB, so a hundred such peers are 3 GiB.`;
}

const MORE_RELAYS = `## More relays

Nothing that a command needs on its way is shared between nodes: lanes, locks, listeners and commands belong to the channel
of one node. So the way to more is to divide by node: each node belongs to one relay, and a controller connects to every
relay that has nodes which it commands. Two relays carry twice as much, as long as nobody's nodes are all in one place.
What that takes:

- **One directory** of which node is where, read by controllers before they connect, written by relays when a node comes.
- **One truth about access.** Clients, grants, refresh families and pairings are mirrored in memory from files of one relay.
  Several relays need them in one store with compare-and-set (a refresh token is used once, wherever), and need to hear at
  once of what ends: a revocation has to reach every relay before it is acknowledged.
- **One token secret**, issuer and audience, so that each relay verifies what any of them has signed.
- **What is counted per identity** (rate, nonces, queues, commands in flight, locks) is counted per relay then. Nonces may
  stay so, because a command names its node and with it its relay; the other limits would be divided, or be per relay by
  design.
- **Durable commands** and the owners of tabs are kept by node, and move with it when it changes its relay: their journal
  has to be where the new relay can read it.
- **The log** is written by each relay and merged by time when it is read; \`requestId\`, \`nodeId\` and \`traceId\` are the same.

What does not divide is one node: its commands pass one relay. It is also what needs no dividing: one browser is slower
than one core of the relay by two orders of magnitude.`;

/**
 * Three digits.
 * @param {number} value
 */
function number(value) {
  if (Number.isNaN(value)) throw new Error('The recorded run lacks a figure that the page needs.');
  if (value >= 100) return whole(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** @param {number} value */
function whole(value) {
  return Math.round(value).toLocaleString('en');
}

/** @typedef {ReturnType<typeof capacityOf>} Capacity */
