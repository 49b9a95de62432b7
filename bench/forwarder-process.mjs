// The least that a hub can do: parse each frame, pass its bytes on, and send the same events as the relay. No checks,
// no queues, no deadlines, no log.
import { WebSocketServer } from 'ws';
import { answerParent, cpuAnswer } from './program.mjs';

/** @type {Map<string, import('ws').WebSocket>} */
const nodes = new Map();

/** @type {Map<string, import('ws').WebSocket>} */
const owners = new Map();

answerParent({ start, cpu: cpuAnswer });
process.once('SIGTERM', () => process.exit(0));

function start() {
  return new Promise((resolve) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' ? address?.port : undefined });
    });
    server.on('connection', (socket) => socket.on('message', (data) => forward(socket, data)));
  });
}

/**
 * @param {import('ws').WebSocket} socket
 * @param {import('ws').RawData} data
 */
function forward(socket, data) {
  const bytes = /** @type {Buffer} */ (data);
  const { messageType, requestId, payload } = JSON.parse(bytes.toString('utf8'));
  if (messageType === 'command') {
    const { targetNodeId, tabSessionId } = payload;
    owners.set(requestId, socket);
    nodes.get(targetNodeId)?.send(bytes, { binary: false });
    socket.send(frame('event', requestId, { type: 'routed', targetNodeId, tabSessionId }));
  } else if (messageType === 'result') {
    owners.get(requestId)?.send(bytes, { binary: false });
    owners.delete(requestId);
  } else if (messageType === 'hello') {
    if (payload.nodeId !== undefined) nodes.set(payload.nodeId, socket);
    socket.send(frame('hello_ack', requestId, { accepted: true, heartbeatIntervalMs: 8_000 }));
  } else if (messageType === 'auth') {
    socket.send(frame('auth_ack', requestId, { accepted: true }));
  }
}

/**
 * @param {string} messageType
 * @param {string} requestId
 * @param {object} payload
 */
function frame(messageType, requestId, payload) {
  return JSON.stringify({ protocolVersion: '1.0', messageType, requestId, senderRole: 'relay', payload });
}
