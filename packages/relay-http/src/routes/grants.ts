import { accessBody, accessListReply, accessReply } from '@telepat/otto-protocol/http';
import { defineRoute } from '../route.js';

const list = defineRoute({
  method: 'GET',
  url: '/api/controller/access',
  needs: 'node',
  summary: 'The controller clients, and which of them may command this node.',
  reply: accessListReply,
  handle: ({ relay, caller }) => relay.access.grants.list(caller.identity),
});

const set = defineRoute({
  method: 'POST',
  url: '/api/controller/access',
  needs: 'node',
  summary: 'Grants a controller client access to this node, or withdraws it at once.',
  errors: ['clientId_and_grant_required', 'invalid_expiresAt', 'client_not_found'],
  body: accessBody,
  reply: accessReply,
  handle: ({ relay, caller, body }) => relay.access.grants.set(caller.identity, body),
});

/** Routes by which a node says who may command it. */
export const GRANT_ROUTES = [list, set];
