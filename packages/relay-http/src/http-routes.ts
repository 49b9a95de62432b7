import { Readable } from 'node:stream';
import type { Caller } from '@telepat/otto-relay-core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from './authenticate.js';
import type { RelayHttpOptions } from './options.js';
import { RegistrationGate } from './registration-gate.js';
import { requestOrigin } from './request-origin.js';
import type { Call, Route } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body of a route is read. */
    caller: Caller | null;
  }
}

/** Registers a table of routes. Who calls is known before a body is read. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], options: RelayHttpOptions): void {
  const registrationGate = new RegistrationGate(options.policy.registration);
  app.decorateRequest('caller', null);
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.url,
      onRequest: async (request) => {
        request.caller = await authenticate(request.headers.authorization, route, options);
      },
      handler: async (request, reply) => {
        const hangup = (): AbortSignal => hangupOf(reply);
        const { status, reply: content } = await route.run({ options, registrationGate, hangup, ...factsOf(request) });
        if (route.contentType !== undefined) void reply.type(route.contentType);
        // Whoever asks for the head alone takes nothing of it, and that is no hang-up either.
        if (content instanceof Readable) reply.raw.once('close', () => content.destroy());
        return reply.code(status).send(content);
      },
    });
  }
}

function factsOf(request: FastifyRequest): Omit<Call, 'options' | 'registrationGate' | 'hangup'> {
  const { body, query, headers } = request;
  return {
    caller: request.caller ?? { kind: 'anyone' },
    origin: requestOrigin(request),
    body,
    query,
    header(name) {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

function hangupOf({ raw }: FastifyReply): AbortSignal {
  const hangup = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) hangup.abort();
  });
  return hangup.signal;
}
