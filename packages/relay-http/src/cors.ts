import type { FastifyReply, FastifyRequest } from 'fastify';
import { isConfiguredOrigin } from './origin.js';
import type { HttpPolicy } from './options.js';
import { REGISTRATION_SECRET_HEADER } from './registration-gate.js';

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': `authorization, content-type, idempotency-key, ${REGISTRATION_SECRET_HEADER}`,
  'access-control-max-age': '600',
};

/** Lets pages of a configured origin, and of no other, read the answer. */
export function allowConfiguredOrigin(request: FastifyRequest, reply: FastifyReply, policy: HttpPolicy): void {
  const { origin } = request.headers;
  if (policy.controllerOrigins.length + policy.extensionOrigins.length > 0) reply.header('vary', 'Origin');
  if (origin !== undefined && isConfiguredOrigin(origin, policy)) reply.header('access-control-allow-origin', origin);
}

/** Whether a request is a configured origin's question whether it may send another one. */
export function isPreflight(request: FastifyRequest, policy: HttpPolicy): boolean {
  const { origin, 'access-control-request-method': method } = request.headers;
  return (
    request.method === 'OPTIONS' && method !== undefined && origin !== undefined && isConfiguredOrigin(origin, policy)
  );
}

/** Answers such a question. */
export function answerPreflight(reply: FastifyReply): void {
  void reply.code(204).headers(PREFLIGHT_HEADERS).send();
}
