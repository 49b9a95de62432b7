import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { OpenSocket } from '@telepat/otto-relay-link';
import { WebSocket, type RawData } from 'ws';

/** Opens a WebSocket with `ws`. */
export const openWebSocket: OpenSocket = (url, handlers) => {
  const socket = newSocket(url);
  if (socket instanceof Error) {
    queueMicrotask(() => handlers.onClose(ABNORMAL_CLOSE, socket.message));
    return { send: () => {}, close: () => {} };
  }
  let problem = '';
  socket.on('open', () => handlers.onOpen());
  socket.on('message', (data: RawData, isBinary: boolean) => {
    // The protocol has text frames only; a binary one is not for us.
    if (!isBinary) handlers.onText(String(data));
  });
  // `close` always follows; only `error` says why.
  socket.on('error', (error) => (problem = error.message));
  socket.on('close', (code, reason) => handlers.onClose(code, reason.length > 0 ? reason.toString() : problem));
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), CLOSE_MS_MAX).unref();
    },
    bufferedBytes: () => socket.bufferedAmount,
  };
};

/** Of a socket that never opened (RFC 6455). */
const ABNORMAL_CLOSE = 1_006;

const HANDSHAKE_MS_MAX = 10_000;

/** How long the relay may take to answer a close frame before we hang up. */
const CLOSE_MS_MAX = 1_000;

/** A relay may be configured for larger frames than the default. */
const RECEIVED_BYTES_MAX = 4 * FRAME_BYTES_MAX;

/** An address that is not one makes the constructor throw. */
function newSocket(url: string): WebSocket | Error {
  try {
    return new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS_MAX,
      maxPayload: RECEIVED_BYTES_MAX,
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
