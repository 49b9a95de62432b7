import { OttoError } from '@telepat/otto-protocol';
import { HTTP_BODY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { answerError } from './error-handler.js';
import { registerRoutes } from './http-routes.js';
import { parseJsonBody } from './json-body.js';
import { OpenSockets } from './open-sockets.js';
import type { RelayHttpOptions } from './options.js';
import { PlainConnections } from './plain-connections.js';
import { RequestGuard } from './request-guard.js';
import { RequestTurns, WAITING_MAX } from './request-turns.js';
import { ROUTES } from './routes/index.js';
import { logRefusedUpgrade, openEndpoint } from './ws-endpoint.js';

/** Connections that may be open beside the WebSockets: more than may wait for their turn, so that none of those gives way. */
const PLAIN_CONNECTIONS_MAX = 1.5 * WAITING_MAX;

/** Connections that were told to go and have not gone yet. */
const GOING_CONNECTIONS_MAX = 256;

/** What a request hears that would be one too many. */
const TOO_MANY_WAIT = {
  message: 'Too many requests wait for their turn.',
  actionableHint: 'Ask again in a second.',
  retryAfterMs: 1_000,
};

/**
 * The doors of a relay: its HTTP routes, and its WebSocket endpoint on any path. What it sets up holds for the whole
 * server: the rules of hosts and origins, the shape of errors, the parsing of bodies.
 *
 * @example
 * const app = fastify(SERVER_OPTIONS);
 * await app.register(relayHttp, { relay, operator, readiness, process, policy });
 * await app.listen({ host: '127.0.0.1', port: 8787 });
 */
export const relayHttp = fastifyPlugin(openDoors, { name: '@telepat/otto-relay-http', fastify: '5.x' });

async function openDoors(app: FastifyInstance, options: RelayHttpOptions): Promise<void> {
  const { policy } = options;
  const sockets = new OpenSockets(policy);
  const guard = new RequestGuard(options, sockets);
  app.server.maxConnections = policy.maxSockets + PLAIN_CONNECTIONS_MAX + GOING_CONNECTIONS_MAX;
  new PlainConnections(PLAIN_CONNECTIONS_MAX).watch(app.server);
  // What a client expects beside 100-continue may be passed over (RFC 9110, 10.1.1); Node would answer for us.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));

  app.setErrorHandler((error, request, reply) => {
    if (request.ws) logRefusedUpgrade(error, request, options);
    answerError(error, request, reply);
  });
  app.setNotFoundHandler(() => {
    throw new OttoError('not_found');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: HTTP_BODY_BYTES_MAX }, parseJsonBody);

  await openEndpoint(app, options, sockets);
  const turns = new RequestTurns();
  app.addHook('onRequest', ({ raw }, reply, done) => {
    const turnAway = (): void => {
      reply.header('connection', 'close');
      done(new OttoError('too_many_sockets', TOO_MANY_WAIT));
    };
    turns.enter(raw.socket, { begin: done, turnAway });
  });
  // After the endpoint's own hook, which tells upgrades from requests.
  app.addHook('onRequest', (request, reply, done) => guard.check(request, reply, done));
  registerRoutes(app, ROUTES, options);
}
