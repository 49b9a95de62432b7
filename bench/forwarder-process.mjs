// The least that a hub can do on the same stack (@fastify/websocket): parse each frame, pass its bytes on, one of each
// tab after another, and send the same events as the relay. No checks, no deadlines, no log.
import { createRequire } from 'node:module';
import { answerParent, cpuAnswer, memoryAnswer } from './program.mjs';
import { tuneHeap } from './world/daemon-v8.mjs';

const stack = createRequire(new URL('../packages/relay-http/package.json', import.meta.url));

const FRAME_BYTES_MAX = 16 * 1024 * 1024;

/** @type {Map<string, import('ws').WebSocket>} */
const nodes = new Map();

/** @type {Map<string, Sent>} */
const commands = new Map();

/** What waits in a tab whose turn is another's. @type {Map<string, Sent[]>} */
const tabs = new Map();

tuneHeap();
answerParent({ start, cpu: cpuAnswer, memory: memoryAnswer });
process.once('SIGTERM', () => process.exit(0));

async function start() {
  const app = stack('fastify')();
  await app.register(stack('@fastify/websocket'), {
    options: { perMessageDeflate: false, clientTracking: false, maxPayload: FRAME_BYTES_MAX },
  });
  app.get('/', { websocket: true }, (/** @type {import('ws').WebSocket} */ socket) => {
    socket.on('message', (data) => forward(socket, /** @type {Buffer} */ (data)));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: app.server.address().port };
}

/**
 * @param {import('ws').WebSocket} socket
 * @param {Buffer} bytes
 */
function forward(socket, bytes) {
  const { messageType, requestId, payload } = JSON.parse(bytes.toString('utf8'));
  if (messageType === 'command') {
    const { targetNodeId, tabSessionId, action } = payload;
    const isListener = action === 'listener.subscribe';
    take({ requestId, bytes, owner: socket, targetNodeId, tabSessionId, isListener });
  } else if (messageType === 'result') {
    const command = commands.get(requestId);
    command?.owner.send(bytes, { binary: false });
    if (command?.isListener === false) commands.delete(requestId);
    if (command !== undefined) startNext(command);
  } else if (messageType === 'event') {
    commands.get(requestId)?.owner.send(bytes, { binary: false });
  } else if (messageType === 'hello') {
    if (payload.nodeId !== undefined) nodes.set(payload.nodeId, socket);
    socket.send(frame('hello_ack', requestId, { accepted: true, heartbeatIntervalMs: 8_000 }));
  } else if (messageType === 'auth') {
    socket.send(frame('auth_ack', requestId, { accepted: true }));
  } else if (messageType === 'ping') {
    socket.send(frame('pong', requestId, { ok: true }));
  }
}

/** @param {Sent} command */
function take(command) {
  const { requestId, owner, targetNodeId, tabSessionId } = command;
  const waiting = tabs.get(tabSessionId);
  if (waiting === undefined) {
    tabs.set(tabSessionId, []);
    route(command);
    return;
  }
  waiting.push(command);
  const queued = { type: 'queued', targetNodeId, tabSessionId, queueDepth: waiting.length };
  owner.send(frame('event', requestId, queued));
}

/** @param {Sent} command */
function route(command) {
  const { requestId, bytes, owner, targetNodeId, tabSessionId } = command;
  commands.set(requestId, command);
  nodes.get(targetNodeId)?.send(bytes, { binary: false });
  owner.send(frame('event', requestId, { type: 'routed', targetNodeId, tabSessionId }));
}

/** @param {Sent} command that is answered */
function startNext({ tabSessionId }) {
  const next = tabs.get(tabSessionId)?.shift();
  if (next === undefined) tabs.delete(tabSessionId);
  else route(next);
}

/**
 * @param {string} messageType
 * @param {string} requestId
 * @param {object} payload
 */
function frame(messageType, requestId, payload) {
  return JSON.stringify({ protocolVersion: '1.0', messageType, requestId, senderRole: 'relay', payload });
}

/**
 * @typedef {{ requestId: string, bytes: Buffer, owner: import('ws').WebSocket, targetNodeId: string,
 *   tabSessionId: string, isListener: boolean }} Sent
 */
