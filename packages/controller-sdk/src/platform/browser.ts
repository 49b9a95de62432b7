import type { OpenSocket } from '@telepat/otto-relay-link';
import type { Platform } from './platform.js';
import { webPlatform } from './web-platform.js';

const openSocket: OpenSocket = (url, handlers) => {
  const socket = newSocket(url);
  if (socket instanceof Error) {
    const { message } = socket;
    void Promise.resolve().then(() => handlers.onClose(ABNORMAL_CLOSE, message));
    return { send: () => {}, close: () => {} };
  }
  socket.onopen = () => handlers.onOpen();
  socket.onmessage = ({ data }) => {
    // The protocol has text frames only; a binary one is not for us.
    if (typeof data === 'string') handlers.onText(data);
  };
  socket.onclose = ({ code, reason }) => handlers.onClose(code, reason);
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  };
};

/** The SDK's world in a browser. */
export const platform: Platform = { ...webPlatform, openSocket };

/** A page that came by HTTPS may not open a plain `ws:` socket: the constructor throws then. */
function newSocket(url: string): BrowserSocket | Error {
  try {
    return new WebSocket(url);
  } catch (reason) {
    return reason instanceof Error ? reason : new Error(String(reason));
  }
}

const ABNORMAL_CLOSE = 1_006;

/** The browser's WebSocket, as far as it is used here: Node's types do not have it. */
declare const WebSocket: new (url: string) => BrowserSocket;

interface BrowserSocket {
  onopen: () => void;
  onmessage: (event: { data: unknown }) => void;
  onclose: (event: { code: number; reason: string }) => void;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}
