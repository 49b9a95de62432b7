import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { LogEntry } from '@telepat/otto-protocol';
import * as limits from '@telepat/otto-protocol/limits';
import { Relay, entriesOf } from '@telepat/otto-relay-core';
import { WebSocketServer, type WebSocket } from 'ws';
import { memoryPorts } from './memory-ports.js';
import { SocketPeer } from './socket-peer.js';
import { TokenDesk } from './token-desk.js';

/** Sockets at a time, authenticated or not. */
const SOCKETS_MAX = 1_000;

/** How long the other sides may take to answer the close frame when the host stops. */
const CLOSE_MS_MAX = 2_000;

/**
 * A relay inside a plain Node server, for this machine only: sockets for nodes and controllers, and one route that gives
 * tokens to whoever has the key.
 */
export async function startHost({ key, port = 0, onLog = () => undefined }: HostOptions): Promise<Host> {
  const ports = memoryPorts({
    logSink: { write: (batch) => entriesOf(batch).forEach((entry) => onLog(entry)) },
    reportBug: console.error,
  });
  const relay = await Relay.open({ ports });
  const desk = new TokenDesk(key, ports.ids, relay.access.tokens);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.FRAME_BYTES_MAX, perMessageDeflate: false });
  const server = createServer((request, response) => {
    const failed = (error: unknown) => {
      ports.reportBug(error);
      return { status: 500, body: {} };
    };
    void desk
      .answer(request)
      .catch(failed)
      .then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
  server.maxConnections = SOCKETS_MAX;
  server.on('upgrade', (request: IncomingMessage, stream: Socket, head: Buffer) => {
    // Only browsers send an origin, and cannot leave it out: no page may drive the tabs of this machine.
    if (request.headers.origin !== undefined) refuse(stream);
    else sockets.handleUpgrade(request, stream, head, (socket) => connect(relay, socket, request));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    // A server that listens on a port has such an address.
    port: (server.address() as AddressInfo).port,
    relay,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      relay.stop();
      const cutOff = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, CLOSE_MS_MAX);
      await closed;
      clearTimeout(cutOff);
    },
  };
}

/** Text in, pongs in, the end in: that is all that the core is told of a socket. */
function connect(relay: Relay, socket: WebSocket, request: IncomingMessage): void {
  const stream = request.socket;
  const role = new URLSearchParams(request.url?.split('?')[1]).get('role');
  const connection = relay.connect(new SocketPeer(socket, stream), {
    role: role === 'node' || role === 'controller' ? role : undefined,
    remoteAddress: stream.remoteAddress ?? '',
  });
  socket.on('message', (bytes: Buffer, isBinary: boolean) => {
    const isTooLarge = !connection.isAuthenticated && bytes.length > limits.UNAUTHENTICATED_FRAME_BYTES_MAX;
    if (isBinary) connection.close('binary_frame');
    else if (isTooLarge) connection.close('frame_too_large');
    else connection.receive(bytes.toString('utf8'), bytes);
  });
  socket.on('pong', () => connection.ponged());
  // Whatever goes wrong with a socket, this follows, once.
  socket.on('close', () => connection.closed());
  socket.on('error', () => undefined);

  // Counted below the frame parser, which would wait for the rest of a frame however long it is.
  let byteCount = 0;
  stream.prependListener('data', function count(chunk: Buffer) {
    byteCount += chunk.length;
    if (connection.isAuthenticated) stream.off('data', count);
    else if (byteCount > limits.UNAUTHENTICATED_TOTAL_BYTES_MAX) stream.destroy();
  });
}

function refuse(stream: Socket): void {
  // Once it is upgraded, nobody else listens to a socket's errors.
  stream.on('error', () => undefined);
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => stream.destroy());
}

export interface HostOptions {
  /** Whoever shows it gets tokens. */
  readonly key: string;
  /** Any that is free unless it is given. */
  readonly port?: number;
  readonly onLog?: (entry: LogEntry) => void;
}

export interface Host {
  readonly port: number;
  readonly relay: Relay;
  /** Resolves when nothing of the host is left. */
  stop(): Promise<void>;
}
