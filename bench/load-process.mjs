// The controllers and the node: every controller keeps some commands under way, each in a tab of its own, and the node
// answers at once.
import { WebSocket } from 'ws';
import { answerParent } from './program.mjs';

const PING_MS = 5_000;

/** Some 400 bytes of result, as a small action gives. */
const DATA = { url: 'https://example.com/a/page', title: 'A page', text: 'x'.repeat(240) };

/** @type {Controller[]} */
const controllers = [];
let sequence = 0;
let stamp = { ms: 0, text: '' };

/** @type {{ inFlight: number, until: number, latencies: number[], commands: number, onIdle: () => void } | undefined} */
let run;

answerParent({ connect, run: startRun });

/** @param {{ url: string, access: import('./access.mjs').LoadAccess }} question */
async function connect({ url, access }) {
  const { nodeId } = access.node;
  const node = await openSession(`${url}?role=node`, { role: 'node', nodeId }, access.node.accessToken);
  node.on('message', (data) => answer(node, /** @type {Buffer} */ (data)));
  for (const [index, { accessToken }] of access.controllers.entries()) {
    const socket = await openSession(`${url}?role=controller`, { role: 'controller' }, accessToken);
    const controller = { index, socket, nodeId, live: new Map() };
    socket.on('message', (data) => settle(controller, /** @type {Buffer} */ (data)));
    controllers.push(controller);
  }
  return {};
}

/**
 * @param {{ ms: number, inFlight: number }} question
 * @returns {Promise<object>}
 */
function startRun({ ms, inFlight }) {
  return new Promise((resolve) => {
    const started = performance.now();
    const onIdle = () => {
      const elapsedMs = performance.now() - started;
      const sorted = Float64Array.from(run?.latencies ?? []).sort();
      const at = (/** @type {number} */ share) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
      const commands = run?.commands ?? 0;
      run = undefined;
      resolve({ commands, elapsedMs, p50Ms: at(0.5), p99Ms: at(0.99) });
    };
    run = { inFlight, until: started + ms, latencies: [], commands: 0, onIdle };
    for (const controller of controllers) {
      for (let tab = 0; tab < inFlight; tab++) sendCommand(controller, `tab_${controller.index}_${tab}`);
    }
  });
}

/**
 * @param {Controller} controller
 * @param {string} tabSessionId
 */
function sendCommand(controller, tabSessionId) {
  const requestId = `req_${++sequence}`;
  controller.live.set(requestId, { tabSessionId, sentAt: performance.now() });
  const payload = {
    targetNodeId: controller.nodeId,
    action: 'primitive.dom.extract_text',
    tabSessionId,
    payload: { selector: 'main article' },
    timeoutMs: 30_000,
    replayNonce: `nonce_${sequence}`,
  };
  controller.socket.send(frame('command', { requestId, senderRole: 'controller', timestamp: timestamp(), payload }));
}

/**
 * @param {WebSocket} node
 * @param {Buffer} data
 */
function answer(node, data) {
  const { messageType, requestId, payload } = JSON.parse(data.toString('utf8'));
  if (messageType !== 'command') return;
  const result = { ok: true, durationMs: 1, action: payload.action, data: DATA, commandOutcome: 'completed' };
  node.send(frame('result', { requestId, senderRole: 'node', payload: result }));
}

/**
 * @param {Controller} controller
 * @param {Buffer} data
 */
function settle(controller, data) {
  const { messageType, requestId, payload } = JSON.parse(data.toString('utf8'));
  const sent = controller.live.get(requestId);
  if (sent === undefined || messageType === 'event') return;
  if (messageType === 'error') throw new Error(`The relay answered ${JSON.stringify(payload)}`);
  controller.live.delete(requestId);
  if (run === undefined) return;
  const now = performance.now();
  run.latencies.push(now - sent.sentAt);
  run.commands += 1;
  if (now < run.until) sendCommand(controller, sent.tabSessionId);
  else if (controllers.every(({ live }) => live.size === 0)) run.onIdle();
}

/**
 * @param {string} url
 * @param {object} hello
 * @param {string} accessToken
 * @returns {Promise<WebSocket>} once it is authenticated
 */
function openSession(url, hello, accessToken) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const senderRole = url.endsWith('node') ? 'node' : 'controller';
    const send = (/** @type {string} */ messageType, /** @type {object} */ payload) =>
      socket.send(frame(messageType, { requestId: `req_${++sequence}`, senderRole, payload }));
    const onMessage = (/** @type {import('ws').RawData} */ data) => {
      const { messageType, payload } = JSON.parse(String(data));
      if (messageType === 'hello_ack') return send('auth', { accessToken });
      socket.off('message', onMessage);
      if (messageType !== 'auth_ack') return reject(new Error(`Not let in: ${JSON.stringify(payload)}`));
      setInterval(() => send('ping', {}), PING_MS).unref();
      resolve(socket);
    };
    socket.on('open', () => send('hello', hello));
    socket.on('message', onMessage);
    socket.on('error', reject);
  });
}

/**
 * @param {string} messageType
 * @param {object} fields
 */
function frame(messageType, fields) {
  return JSON.stringify({ protocolVersion: '1.0', messageType, ...fields });
}

/** The time as text, made once a millisecond. */
function timestamp() {
  const ms = Date.now();
  if (stamp.ms !== ms) stamp = { ms, text: new Date(ms).toISOString() };
  return stamp.text;
}

/**
 * @typedef {{ index: number, socket: WebSocket, nodeId: string,
 *   live: Map<string, { tabSessionId: string, sentAt: number }> }} Controller
 */
