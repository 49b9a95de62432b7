import {
  pairingApproveBody,
  pairingApproveReply,
  pairingPendingReply,
  pairingRequestBody,
  pairingRequestReply,
  pairingStatusQuery,
  pairingStatusReply,
} from '@telepat/otto-protocol/http';
import { defineRoute } from '../route.js';

const request = defineRoute({
  method: 'POST',
  url: '/api/pairing/request',
  needs: 'anyone',
  summary: 'A node asks to be paired, and gets the code to show to its owner.',
  body: pairingRequestBody,
  reply: pairingRequestReply,
  handle: ({ relay, body, origin }) => relay.access.pairing.request(body, origin),
});

const pending = defineRoute({
  method: 'GET',
  url: '/api/pairing/pending',
  needs: 'anyone',
  summary: 'The pairings that wait for approval.',
  reply: pairingPendingReply,
  handle: ({ relay, caller }) => relay.access.pairing.pending(caller),
});

const approve = defineRoute({
  method: 'POST',
  url: '/api/pairing/approve',
  needs: 'node or controller',
  summary: 'Approves a pairing by its code.',
  body: pairingApproveBody,
  reply: pairingApproveReply,
  handle: ({ relay, caller, body }) => relay.access.pairing.approve(caller, body.code),
});

const status = defineRoute({
  method: 'GET',
  url: '/api/pairing/status',
  needs: 'anyone',
  summary: 'How a pairing stands; once approved, with the tokens of the node.',
  query: pairingStatusQuery,
  reply: pairingStatusReply,
  handle: ({ relay, query }) => relay.access.pairing.status(query.challengeId),
});

/** Routes by which a node becomes known. */
export const PAIRING_ROUTES = [request, pending, approve, status];
