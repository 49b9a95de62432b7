import { WebSocket } from 'ws';
import { frameText, nextId } from './frames.mjs';

/** Within the relay's patience of three times eight seconds, as the SDK does it. */
const PING_MS = 8_000;

/**
 * @param {string} url
 * @param {{ role: 'node' | 'controller', nodeId?: string, accessToken: string }} who
 * @returns {Promise<WebSocket>} once it is authenticated
 */
export function openSession(url, { role, nodeId, accessToken }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}?role=${role}`, { perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 });
    const send = (/** @type {string} */ messageType, /** @type {object} */ payload) =>
      socket.send(frameText(messageType, { requestId: nextId(), senderRole: role, payload }));
    const onMessage = (/** @type {import('ws').RawData} */ data) => {
      const { messageType, payload } = JSON.parse(String(data));
      if (messageType === 'hello_ack') return send('auth', { accessToken });
      socket.off('message', onMessage);
      socket.off('close', onClose);
      if (messageType !== 'auth_ack') return reject(new Error(`Not let in: ${JSON.stringify(payload)}`));
      const pinging = setInterval(() => send('ping', {}), PING_MS).unref();
      socket.on('close', () => clearInterval(pinging));
      resolve(socket);
    };
    const onClose = (/** @type {number} */ code) => reject(new Error(`Not let in: closed with ${code}.`));
    socket.on('open', () => send('hello', { role, ...(nodeId === undefined ? {} : { nodeId }) }));
    socket.on('message', onMessage);
    socket.on('close', onClose);
    socket.on('error', reject);
  });
}
