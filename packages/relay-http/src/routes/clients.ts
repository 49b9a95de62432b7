import {
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
  body: clientTokenBody,
  reply: clientTokenReply,
  handle: ({ relay, body, origin }) => relay.access.clients.token(body, origin),
});

const remove = defineRoute({
  method: 'POST',
  url: '/api/controller/remove',
  needs: 'controller',
  summary: 'Removes a controller client: its grants, tokens and live sessions end.',
  body: removeClientBody,
  reply: removeClientReply,
  handle: ({ relay, caller, body }) => relay.access.clients.remove(caller, body.clientId),
});

const removeAll = defineRoute({
  method: 'POST',
  url: '/api/controller/remove-all',
  needs: 'controller',
  summary: 'Removes every controller client and forgets its record.',
  reply: removeAllClientsReply,
  handle: ({ relay, caller }) => relay.access.clients.removeAll(caller),
});

/** Routes of controller clients. */
export const CLIENT_ROUTES = [register, token, remove, removeAll];
