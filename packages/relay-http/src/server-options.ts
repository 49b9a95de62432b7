import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions } from 'fastify';
import { HTTP_BODY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { answerError } from './error-handler.js';

/** A request must have arrived whole within this time. */
const REQUEST_MS_MAX = 30_000;

/** The answer to what is no HTTP, or no upgrade to a WebSocket. */
export const NOT_HTTP = [
  'HTTP/1.1 400 Bad Request',
  'connection: close',
  'content-length: 0',
  'x-content-type-options: nosniff',
  'cache-control: no-store',
  '\r\n',
].join('\r\n');

/**
 * Options for the Fastify that the doors are put into: what only the server itself can decide. A closing one still
 * hands requests to the routes, since a refresh must then get no answer at all.
 */
export const SERVER_OPTIONS = {
  bodyLimit: HTTP_BODY_BYTES_MAX,
  requestTimeout: REQUEST_MS_MAX,
  return503OnClosing: false,
  // A missing Host header is refused by the guard, like every other that names nobody we answer for.
  http: { requireHostHeader: false },
  forceCloseConnections: 'idle',
  // One for each request would be kept for as long as its socket, and say no more than a number.
  childLoggerFactory: (logger) => logger,
  frameworkErrors: answerError,
  clientErrorHandler: (_error: Error, socket: Socket) => {
    if (socket.writable) socket.write(NOT_HTTP);
    socket.destroy();
  },
} as const satisfies FastifyHttpOptions<Server>;
