const ACTION = 'primitive.dom.extract_text';

/** Longest head of a frame in which its type and its request are named. */
const HEAD_BYTES = 200;

/** What a command asks with, 200 bytes of JSON. */
const INPUT = JSON.stringify({ selector: 'x'.repeat(200 - '{"selector":""}'.length) });

/**
 * Made as text, because the load must cost less than what it measures.
 * @param {{ requestId: string, nodeId: string, tabSessionId: string, timeoutMs?: number }} command
 */
export function commandText({ requestId, nodeId, tabSessionId, timeoutMs = 30_000 }) {
  const place = `"targetNodeId":"${nodeId}","action":"${ACTION}","tabSessionId":"${tabSessionId}"`;
  const rest = `"waitPolicy":"wait_with_timeout","timeoutMs":${timeoutMs},"replayNonce":"${requestId}"`;
  return `{"protocolVersion":"1.0","messageType":"command","requestId":"${requestId}","timestamp":"${timestamp()}","senderRole":"controller","payload":{${place},"payload":${INPUT},${rest}}}`;
}

/**
 * @param {string} requestId
 * @param {string} data JSON
 */
export function resultText(requestId, data) {
  return `{"protocolVersion":"1.0","messageType":"result","requestId":"${requestId}","senderRole":"node","payload":{"ok":true,"durationMs":1,"action":"${ACTION}","data":${data},"commandOutcome":"completed"}}`;
}

/**
 * The data of a result, so many bytes of JSON.
 * @param {number} bytes
 */
export function dataOf(bytes) {
  const head = { url: 'https://example.com/a/page', title: 'A page' };
  return JSON.stringify({ ...head, text: 'x'.repeat(bytes - JSON.stringify({ ...head, text: '' }).length) });
}

/**
 * @param {string} messageType
 * @param {{ requestId: string, senderRole: 'controller' | 'node', payload: object }} fields
 */
export function frameText(messageType, fields) {
  return JSON.stringify({ protocolVersion: '1.0', messageType, timestamp: timestamp(), ...fields });
}

/**
 * What a frame is and whose, from its first bytes: results of 16 MiB are not parsed only to be counted.
 * @param {Buffer} bytes
 */
export function headOf(bytes) {
  const head = bytes.toString('latin1', 0, HEAD_BYTES);
  const messageType = head.slice(head.indexOf('"messageType":"') + 15);
  const requestId = head.slice(head.indexOf('"requestId":"') + 13);
  return {
    messageType: messageType.slice(0, messageType.indexOf('"')),
    requestId: requestId.slice(0, requestId.indexOf('"')),
  };
}

let lastId = 0;

/** Unique in this process, and beside others of the same load. */
export function nextId() {
  return `req_${process.pid}_${++lastId}`;
}

let stamp = { ms: 0, text: '' };

/** The time as text, made once a millisecond. */
function timestamp() {
  const ms = Date.now();
  if (stamp.ms !== ms) stamp = { ms, text: new Date(ms).toISOString() };
  return stamp.text;
}
