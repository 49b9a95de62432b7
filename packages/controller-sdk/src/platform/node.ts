import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { OpenSocket } from '@telepat/otto-relay-link';
import { WebSocket, type RawData } from 'ws';
import type { Platform } from './platform.js';
import { webPlatform } from './web-platform.js';

const openSocket: OpenSocket = (url, handlers) => {
  let problem = '';
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS_MAX,
    maxPayload: RECEIVED_BYTES_MAX,
  });
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
  };
};

/** The SDK's world on Node. */
export const platform: Platform = { ...webPlatform, openSocket };

const HANDSHAKE_MS_MAX = 10_000;

/** How long the relay may take to answer a close frame before we hang up. */
const CLOSE_MS_MAX = 1_000;

/** A relay may be configured for larger frames than the default. */
const RECEIVED_BYTES_MAX = 4 * FRAME_BYTES_MAX;
