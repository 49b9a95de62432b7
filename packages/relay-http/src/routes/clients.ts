import {
  clientListQuery,
  clientListReply,
  clientReply,
  clientScopesBody,
  clientTokenBody,
  clientTokenReply,
  registerBody,
  registerReply,
  removeAllClientsReply,
  removeClientBody,
  removeClientReply,
} from '@telepat/otto-protocol/http';
import { REGISTRATION_SECRET_HEADER } from '../registration-gate.js';
import { defineRoute } from '../route.js';

const register = defineRoute({
  method: 'POST',
  url: '/api/controller/register',
  needs: 'anyone',
  summary: 'Registers a controller client; its secret is shown this once.',
  details:
    'Without a secret only from this machine. Where one is set everybody must present it, and others only where ' +
    'OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION is on. After ten wrong ones an address waits until a minute is over, ' +
    'also with the right one.',
  headers: [
    { name: REGISTRATION_SECRET_HEADER, summary: 'OTTO_CONTROLLER_REGISTRATION_SECRET, where the relay has one.' },
  ],
  errors: [
    'controller_metadata_required',
    'registration_forbidden',
    'controller_name_conflict',
    'too_many_attempts',
    'too_many_registrations',
  ],
  body: registerBody,
  reply: registerReply,
  handle: ({ relay, registrationGate, body, origin, header }) => {
    registrationGate.check(origin, header(REGISTRATION_SECRET_HEADER));
    return relay.access.clients.register(body, origin);
  },
});

const token = defineRoute({
  method: 'POST',
  url: '/api/controller/token',
  needs: 'anyone',
  summary: 'Logs a controller client in with its secret.',
  errors: ['client_credentials_required', 'invalid_client_credentials', 'too_many_attempts', 'controller_revoked'],
  body: clientTokenBody,
  reply: clientTokenReply,
  handle: ({ relay, body, origin }) => relay.access.clients.token(body, origin),
});

const remove = defineRoute({
  method: 'POST',
  url: '/api/controller/remove',
  needs: 'controller',
  summary: 'Removes a controller client: its grants, tokens and live sessions end.',
  details: 'A controller removes itself; another one only with scope relay.admin, or as the operator.',
  errors: ['clientId_required', 'client_not_found', 'forbidden_scope'],
  body: removeClientBody,
  reply: removeClientReply,
  handle: ({ relay, caller, body }) => relay.access.clients.remove(caller, body.clientId),
});

const removeAll = defineRoute({
  method: 'POST',
  url: '/api/controller/remove-all',
  needs: 'controller',
  summary: 'Removes every controller client and forgets its record.',
  details: 'Needs scope relay.admin, or the operator.',
  errors: ['forbidden_scope'],
  reply: removeAllClientsReply,
  handle: ({ relay, caller }) => relay.access.clients.removeAll(caller),
});

const list = defineRoute({
  method: 'GET',
  url: '/api/controller/clients',
  needs: 'operator',
  summary: 'The registered clients by name, or the one with this id or name, and what they may do.',
  details: 'At most 1000; clientCount says how many there are.',
  query: clientListQuery,
  reply: clientListReply,
  handle: ({ relay, query }) => relay.access.clients.list(query.client),
});

const scopes = defineRoute({
  method: 'POST',
  url: '/api/controller/scopes',
  needs: 'operator',
  summary: 'Sets what a controller client may do; its live sessions have it at once.',
  details:
    'What waits in a queue and is not covered any more ends with forbidden_action; what a node has already goes on. ' +
    'Without listener.subscribe the subscriptions end.',
  errors: ['clientId_required', 'invalid_scopes', 'client_not_found'],
  body: clientScopesBody,
  reply: clientReply,
  handle: ({ relay, body }) => relay.access.clients.setScopes(body),
});

/** Routes of controller clients. */
export const CLIENT_ROUTES = [register, token, list, scopes, remove, removeAll];
