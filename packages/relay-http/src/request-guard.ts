import { OttoError, ROLES, type Role } from '@telepat/otto-protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { allowConfiguredOrigin, answerPreflight, isPreflight } from './cors.js';
import { ANSWER_HEADERS } from './error-handler.js';
import type { OpenSockets } from './open-sockets.js';
import type { RelayHttpOptions } from './options.js';
import { checkHost, checkHttpOrigin, checkUpgradeOrigin } from './origin.js';
import { requestOrigin } from './request-origin.js';

const upgradeQuery = z.object({ role: z.enum(ROLES).optional() });

/**
 * Everything that is decided of a request before anybody looks at what it wants: whether it may come from there, and
 * for an upgrade whether there is room for one more socket.
 */
export class RequestGuard {
  readonly #options: RelayHttpOptions;
  readonly #sockets: OpenSockets;

  constructor(options: RelayHttpOptions, sockets: OpenSockets) {
    this.#options = options;
    this.#sockets = sockets;
  }

  /** Lets a request pass by calling `done`, or refuses it by throwing. */
  check(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { policy } = this.#options;
    reply.headers(ANSWER_HEADERS);
    checkHost(request.headers.host, policy);
    if (request.ws) {
      this.#checkUpgrade(request);
      done();
      return;
    }
    checkHttpOrigin(request.headers.origin, policy);
    allowConfiguredOrigin(request, reply, policy);
    if (isPreflight(request, policy)) {
      answerPreflight(reply);
      return;
    }
    if (request.is404) throw new OttoError('not_found');
    done();
  }

  #checkUpgrade(request: FastifyRequest): void {
    if (request.is404) throw new OttoError('not_found', { message: 'A WebSocket is opened with GET.' });
    if (this.#options.readiness().status === 'stopping') throw new OttoError('relay_shutting_down');
    checkUpgradeOrigin(request.headers.origin, roleOf(request), this.#options.policy);
    this.#sockets.checkRoom(requestOrigin(request));
  }
}

/** The role that an upgrade's query names. It is final. */
export function roleOf(request: FastifyRequest): Role | undefined {
  const parsed = upgradeQuery.safeParse(request.query);
  if (parsed.success) return parsed.data.role;
  throw new OttoError('forbidden_role', {
    message: 'The query of the address names no role that there is.',
    actionableHint: 'Connect to /?role=controller or /?role=node.',
  });
}
