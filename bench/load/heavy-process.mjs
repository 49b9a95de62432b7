// A controller and a node that are a burden to others: results as large as a frame may be, or a reader that is slow.
import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../program.mjs';
import { commandText, dataOf, headOf, nextId, resultText } from './frames.mjs';
import { openSession } from './session.mjs';

/** The slow reader reads for a moment, and then for a longer time it does not. */
const READS_MS = 2;
const RESTS_MS = 48;

/** @type {{ controller: import('ws').WebSocket, nodeId: string } | undefined} */
let pair;
let answer = (/** @type {string} */ requestId) => resultText(requestId, dataOf(200));
let onResult = () => {};

answerParent({ connect, large, slow });

/** @param {{ url: string, access: import('../access.mjs').LoadAccess }} question its last node and controller */
async function connect({ url, access }) {
  const { nodeId, accessToken } = access.nodes.at(-1) ?? { nodeId: '', accessToken: '' };
  const node = await openSession(url, { role: 'node', nodeId, accessToken });
  node.on('message', (bytes) => {
    const { messageType, requestId } = headOf(/** @type {Buffer} */ (bytes));
    if (messageType === 'command') node.send(answer(requestId));
  });
  const token = access.controllers.at(-1)?.accessToken ?? '';
  const controller = await openSession(url, { role: 'controller', accessToken: token });
  controller.on('message', (bytes) => {
    const { messageType } = headOf(/** @type {Buffer} */ (bytes));
    if (messageType === 'error') throw new Error(`The relay answered ${String(bytes)}`);
    if (messageType === 'result') onResult();
  });
  pair = { controller, nodeId };
  return {};
}

/** @param {{ bytes: number, everyMs: number, count: number }} question frames of exactly so many bytes */
async function large({ bytes, everyMs, count }) {
  const startedAt = performance.now();
  for (let number = 0; number < count; number++) {
    await sleep(startedAt + number * everyMs - performance.now());
    const requestId = nextId();
    const text = resultText(requestId, dataOf(bytes - resultText(requestId, '').length));
    answer = () => text;
    const came = new Promise((resolve) => (onResult = () => resolve(undefined)));
    send(requestId, 'tab_large');
    await came;
  }
  await sleep(startedAt + count * everyMs - performance.now());
  return { commands: count };
}

/** @param {{ bytes: number, inFlight: number, ms: number }} question */
async function slow({ bytes, inFlight, ms }) {
  const data = dataOf(bytes);
  answer = (requestId) => resultText(requestId, data);
  const until = performance.now() + ms;
  let [sent, came] = [0, 0];
  const next = () => send(nextId(), `tab_slow_${sent++ % inFlight}`);
  onResult = () => {
    came += 1;
    if (performance.now() < until) next();
  };
  while (sent < inFlight) next();
  while (performance.now() < until) {
    pair?.controller.pause();
    await sleep(RESTS_MS);
    pair?.controller.resume();
    await sleep(READS_MS);
  }
  while (came < sent) await sleep(READS_MS);
  return { commands: came };
}

/**
 * @param {string} requestId
 * @param {string} tabSessionId
 */
function send(requestId, tabSessionId) {
  if (pair === undefined) throw new Error('They are not connected.');
  pair.controller.send(commandText({ requestId, nodeId: pair.nodeId, tabSessionId }));
}
