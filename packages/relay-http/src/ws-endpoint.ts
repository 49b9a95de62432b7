import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import websocket from '@fastify/websocket';
import { OttoError } from '@telepat/otto-protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { connectSocket } from './connect-socket.js';
import type { OpenSockets } from './open-sockets.js';
import type { RelayHttpOptions } from './options.js';
import { roleOf } from './request-guard.js';
import { requestOrigin } from './request-origin.js';
import { NOT_HTTP } from './server-options.js';
import { WriteRound } from './write-round.js';

/** How long the other side may take to answer a close frame. */
const CLOSE_MS_MAX = 2_000;

/** `closeTimeout` is younger than the types of ws. Compression costs ten times the rest of a frame's way. */
const SOCKET_OPTIONS = { perMessageDeflate: false, clientTracking: false, closeTimeout: CLOSE_MS_MAX };

/** What a log entry keeps of a header. */
const LOGGED_TEXT_LENGTH_MAX = 200;

/** Opens the WebSocket endpoint, on any path. Whoever may not connect was refused before this by the guard. */
export async function openEndpoint(
  app: FastifyInstance,
  options: RelayHttpOptions,
  sockets: OpenSockets,
): Promise<void> {
  const { relay, policy } = options;
  const round = new WriteRound();
  app.server.prependListener('upgrade', moveToRoot);
  await app.register(websocket, {
    options: { ...SOCKET_OPTIONS, maxPayload: policy.maxFrameBytes },
    errorHandler: endSocket,
    preClose(done) {
      sockets.shutDown();
      done();
    },
  });
  // The parser's own answer would lack the headers that every answer has.
  app.websocketServer.on('wsClientError', (_error, socket: Duplex) => socket.end(NOT_HTTP));
  app.route({
    method: 'GET',
    url: '/',
    handler: () => {
      throw new OttoError('not_found');
    },
    wsHandler(socket, request) {
      const accepted = { socket, stream: request.raw.socket, role: roleOf(request), origin: requestOrigin(request) };
      connectSocket(relay, accepted, { sockets, limits: policy, round });
    },
  });
}

/** Writes down an upgrade that was refused, and why, unless there were too many. */
export function logRefusedUpgrade(thrown: unknown, request: FastifyRequest, { relay }: RelayHttpOptions): void {
  const { origin, host } = request.headers;
  relay.logs.writeOfStranger({
    level: 'warn',
    source: 'relay',
    type: 'ws_upgrade_rejected',
    status: OttoError.from(thrown).code,
    data: {
      remoteAddress: requestOrigin(request).address,
      ...(origin === undefined ? {} : { origin: origin.slice(0, LOGGED_TEXT_LENGTH_MAX) }),
      ...(host === undefined ? {} : { host: host.slice(0, LOGGED_TEXT_LENGTH_MAX) }),
    },
  });
}

/** Every upgrade is taken for one of `/`, whatever its path; the query stays as it is. */
function moveToRoot(request: IncomingMessage): void {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  request.url = query === -1 ? '/' : `/${url.slice(query)}`;
}

/**
 * A fault of one socket. For a violation of the WebSocket protocol the parser has sent the close frame that fits; a
 * socket that is still open met a bug of ours.
 */
function endSocket(error: Error, socket: WebSocket, request: FastifyRequest): void {
  if (socket.readyState !== socket.OPEN) return;
  request.log.error({ err: error }, 'A socket could not be connected.');
  socket.terminate();
}
