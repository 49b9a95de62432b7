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
  errors: ['nodeId_required', 'invalid_nodeId', 'too_many_pairings'],
  body: pairingRequestBody,
  reply: pairingRequestReply,
  handle: ({ relay, body, origin }) => relay.access.pairing.request(body, origin),
});

const pending = defineRoute({
  method: 'GET',
  url: '/api/pairing/pending',
  needs: 'anyone',
  summary: 'The pairings that wait for approval.',
  details: 'Whoever may approve sees all of them whole, a node its own; everybody else sees shortened node ids.',
  reply: pairingPendingReply,
  handle: ({ relay, caller }) => relay.access.pairing.pending(caller),
});

const approve = defineRoute({
  method: 'POST',
  url: '/api/pairing/approve',
  needs: 'node or controller',
  summary: 'Approves a pairing by its code.',
  details:
    'A controller needs scope pairing.approve. A node may approve itself, and nodes that were never paired. Whoever may ' +
    'approve anything, and a node that approves itself, also gets credentials of a controller that is bound to the node.',
  errors: ['code_required', 'pairing_not_found', 'pairing_not_pending', 'forbidden_scope', 'too_many_attempts'],
  body: pairingApproveBody,
  reply: pairingApproveReply,
  handle: ({ relay, caller, body }) => relay.access.pairing.approve(caller, body.code),
});

const status = defineRoute({
  method: 'GET',
  url: '/api/pairing/status',
  needs: 'anyone',
  summary: 'How a pairing stands; once approved, with the tokens of the node.',
  errors: ['challengeId_required', 'challenge_not_found'],
  query: pairingStatusQuery,
  reply: pairingStatusReply,
  handle: ({ relay, query }) => relay.access.pairing.status(query.challengeId),
});

/** Routes by which a node becomes known. */
export const PAIRING_ROUTES = [request, pending, approve, status];
