// A node with a real Chromium. It also makes the calls of its driver directly, on the very tabs that its commands use,
// and tells how long each took: the limit of the browser.
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { answerParent } from './program.mjs';

const packages = new URL('../packages/', import.meta.url);
const built = (/** @type {string} */ path) => import(new URL(path, packages).href);

/** @type {any[]} pages of the tabs, in the order in which they were opened */
const pages = [];

answerParent({ start, direct, memory });

/** @param {{ nodeId: string, accessToken: string, relayUrl: string, home: string }} question */
async function start({ nodeId, accessToken, relayUrl, home }) {
  const { launchChromiumDriver } = await built('node-chromium/dist/index.js');
  const { openWebSocket } = await built('node-chromium/dist/open-web-socket.js');
  const { hostClock } = await built('node-chromium/dist/host-clock.js');
  const { OttoNode } = await built('node-runtime/dist/index.js');
  const driver = await launchChromiumDriver({ home, env: process.env, platform: process.platform });
  const openPage = driver.openPage.bind(driver);
  driver.openPage = async (/** @type {object} */ options) => {
    const page = await openPage(options);
    pages.push(page);
    return page;
  };
  const node = new OttoNode({
    nodeId,
    url: relayUrl,
    tokens: { accessToken: async () => accessToken },
    driver,
    openSocket: openWebSocket,
    clock: hostClock,
    random: Math.random,
    newId: (/** @type {string} */ prefix) => `${prefix}_${randomUUID()}`,
    encodeBase64: (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('base64'),
    decodeBase64: (/** @type {string} */ text) => Buffer.from(text, 'base64'),
  });
  node.start();
  await node.ready();
  process.once('SIGTERM', () => {
    void node
      .stop()
      .then(() => driver.close())
      .then(() => process.exit(0));
  });
}

/**
 * The call of the driver behind an action, on the page of the first tab.
 * @type {Record<string, (page: any, signal: AbortSignal) => Promise<unknown>>}
 */
const CALLS = {
  'primitive.dom.extract_text': (page, signal) => page.text({ selector: 'h1', signal }),
  'primitive.dom.extract_markdown': (page, signal) => page.content({ kind: 'markdown', signal }),
  'primitive.page.evaluate': (page, signal) => page.evaluate({ expression: '1 + 1', signal }),
  'primitive.page.snapshot': (page, signal) => page.snapshot({ maxNodes: 5_000, interestingOnly: true, signal }),
  'primitive.input.click': (page, signal) =>
    page.act(
      { kind: 'click', target: { selector: '#count' }, button: 'left', clickCount: 1, modifiers: [] },
      { waitMs: 10_000, signal },
    ),
  'primitive.input.fill': (page, signal) =>
    page.act({ kind: 'fill', target: { selector: '#name' }, value: 'Ada' }, { waitMs: 10_000, signal }),
};

/** @param {{ action: string }} question */
async function direct({ action }) {
  const call = CALLS[action];
  if (call === undefined) throw new Error(`No call is known for ${action}.`);
  const { signal } = new AbortController();
  const startedAt = performance.now();
  await call(pages[0], signal);
  return { ms: performance.now() - startedAt };
}

/** Proportional memory of this process and its browser, and how many processes draw pages. */
function memory() {
  const family = familyOf(process.pid);
  return {
    bytes: family.reduce((sum, pid) => sum + proportionalBytes(pid), 0),
    renderers: family.filter((pid) => read(`/proc/${pid}/cmdline`).includes('--type=renderer')).length,
  };
}

/** @param {number} root */
function familyOf(root) {
  /** @type {Map<number, number>} */
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = /^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [root];
  for (const pid of family) for (const [child, parent] of parents) if (parent === pid) family.push(child);
  return family;
}

/** @param {number} pid */
function proportionalBytes(pid) {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1_024;
}

/** A process may end while it is looked at. @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
