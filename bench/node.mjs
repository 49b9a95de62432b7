// What relay and node add to a browser: an action's round trip beside the same call of the driver made directly, and
// the memory of a node before and after many tabs. Relay, node and controller are a process each; the browser has its
// own. Memory is read from /proc, so that part needs Linux.
//   npm run bench:node             a minute
//   npm run bench:node -- --quick  a third of that
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { relayAccess } from './access.mjs';
import { startProgram } from './program.mjs';
import { aligned, median, spread } from './summary.mjs';

const PROGRAMS = {
  relay: new URL('./relay-process.mjs', import.meta.url),
  node: new URL('./node-process.mjs', import.meta.url),
};
const SDK = new URL('../packages/controller-sdk/dist/index.js', import.meta.url);

const FULL = { warmUps: 20, rounds: 200, tabs: 50 };
const QUICK = { warmUps: 5, rounds: 40, tabs: 50 };

const ADDED_MS_MAX = 3;
const GROWTH_MAX = 1.1;

/** Each with the input that `CALLS` of the node's process gives to the driver itself. */
const ACTIONS = /** @type {const} */ ([
  ['primitive.dom.extract_text', { selector: 'h1' }],
  ['primitive.dom.extract_markdown', {}],
  ['primitive.page.evaluate', { expression: '1 + 1' }],
  ['primitive.page.snapshot', {}],
  ['primitive.input.click', { selector: '#count' }],
  ['primitive.input.fill', { selector: '#name', value: 'Ada' }],
]);

const PAGE = `<!doctype html><title>A page</title><h1>A page</h1>
<button id="count" onclick="this.textContent = Number(this.textContent) + 1">0</button><input id="name">
<ul>${Array.from({ length: 100 }, (_, index) => `<li><a href="/${index}">Item ${index}</a></li>`).join('')}</ul>`;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

async function bench() {
  const plan = values.quick ? QUICK : FULL;
  const day = new Date().toISOString().slice(0, 10);
  const cpu = cpus()[0]?.model ?? 'unknown';
  process.stdout.write(`${day}, ${availableParallelism()} cores, ${cpu}, Node ${process.versions.node}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'otto-bench-node-'));
  const site = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', () => resolve(undefined)));
  const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (site.address()).port}/`;
  const relay = startProgram(PROGRAMS.relay, { OTTO_LOG_DIR: join(folder, 'relay') });
  const node = startProgram(PROGRAMS.node, {});
  try {
    const client = await connect({ relay, node, folder });
    const handle = client.node('node_bench');
    const added = await addedTimes({ node, handle, url }, plan);
    const tabs = await memoryOfTabs({ node, handle, url }, plan);
    await client.close();
    process.stdout.write(`\n${added}\n\n${tabs}\n`);
  } finally {
    await node.stop();
    await relay.stop();
    site.closeAllConnections();
    site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {{ relay: Program, node: Program, folder: string }} world */
async function connect({ relay, node, folder }) {
  const { port } = await relay.ask({ type: 'start' });
  const relayUrl = `ws://127.0.0.1:${port}`;
  const scopes = ['*'];
  const access = await relayAccess(port, join(folder, 'relay'), { controllers: 1, scopes });
  await node.ask({ type: 'start', ...access.nodes[0], relayUrl, home: join(folder, 'home') });
  const { OttoClient } = await import(SDK.href);
  const [controller] = access.controllers;
  return OttoClient.connect({ relayUrl, ...controller });
}

/**
 * Both ways in turn, so that a noisy moment meets both.
 * @param {World} world
 * @param {typeof FULL} plan
 */
async function addedTimes({ node, handle, url }, { warmUps, rounds }) {
  const tab = await handle.tabs.open(url);
  const rows = [];
  for (const [action, input] of ACTIONS) {
    /** @type {{ whole: number[], direct: number[] }} */
    const found = { whole: [], direct: [] };
    for (let round = -warmUps; round < rounds; round++) {
      const startedAt = performance.now();
      await handle.run(action, input, { tabSessionId: tab.tabSessionId });
      const whole = performance.now() - startedAt;
      const { ms } = await node.ask({ type: 'direct', action });
      if (round >= 0) found.whole.push(whole);
      if (round >= 0) found.direct.push(ms);
    }
    const added = found.whole.map((whole, round) => whole - (found.direct[round] ?? Number.NaN));
    const verdict = median(added) < ADDED_MS_MAX ? 'reached' : 'MISSED';
    rows.push([action, spread(found.whole, 2), spread(found.direct, 2), median(added).toFixed(2), verdict]);
  }
  await tab.close();
  const heads = ['action', 'round trip, ms', 'driver alone, ms', 'added', `target < ${ADDED_MS_MAX}`];
  const what =
    'Round trip: SDK, relay, node and back. Driver alone: the same method of the driver, called in the process of the node;\n' +
    'it tells the title of the page, too. Both in turn.';
  return `${what}\nMedian (lowest to highest) of ${rounds} rounds:\n${aligned([heads, ...rows])}`;
}

/**
 * @param {World} world
 * @param {typeof FULL} plan
 */
async function memoryOfTabs(world, { tabs }) {
  const before = await settledMemory(world.node);
  const ends = [];
  for (let round = 0; round < 2; round++) {
    await readManyTabs(world, tabs);
    ends.push(await settledMemory(world.node));
  }
  const [first, second] = ends;
  if (first === undefined || second === undefined) throw new Error('Two rounds make two ends.');
  const growth = second.bytes / first.bytes;
  const rows = [
    ['', 'memory, MiB', 'renderers'],
    ...[before, first, second].map(({ bytes, renderers }, index) => [
      index === 0 ? 'before' : `after ${tabs} tabs, round ${index}`,
      mebibytes(bytes),
      String(renderers),
    ]),
  ];
  const isFlat = growth <= GROWTH_MAX ? 'reached' : 'MISSED';
  const isEmpty = second.renderers <= before.renderers ? 'reached' : 'MISSED';
  return [
    aligned(rows),
    `second round / first: ${growth.toFixed(3)}, target <= ${GROWTH_MAX}: ${isFlat}`,
    `renderers left: ${second.renderers - before.renderers}, target 0: ${isEmpty}`,
  ].join('\n');
}

/**
 * @param {World} world
 * @param {number} count
 */
async function readManyTabs({ handle, url }, count) {
  /** @type {any[]} */
  const open = await Promise.all(Array.from({ length: count }, () => handle.tabs.open(url, { timeoutMs: 120_000 })));
  await Promise.all(open.map((tab) => tab.markdown({ timeoutMs: 120_000 })));
  await Promise.all(open.map((tab) => tab.close({ timeoutMs: 120_000 })));
}

/**
 * Processes need a moment to end, and their memory to be given back: the lowest of some looks counts.
 * @param {Program} node
 */
async function settledMemory(node) {
  let lowest = await node.ask({ type: 'memory' });
  for (let look = 0; look < 10; look++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await node.ask({ type: 'memory' });
    if (now.renderers < lowest.renderers || now.bytes < lowest.bytes) lowest = now;
  }
  return lowest;
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return (bytes / 1024 / 1024).toFixed(0);
}

/**
 * @typedef {import('./program.mjs').Program} Program
 * @typedef {{ node: Program, handle: any, url: string }} World
 */

await bench();
