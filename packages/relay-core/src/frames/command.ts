import { OttoError, isObject, scopesAllow, toIsoTime, type Envelope } from '@telepat/otto-protocol';
import { IN_FLIGHT_PER_IDENTITY_MAX, KEPT_STRING_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { identityKey } from '../access/identity.js';
import { missingGrant } from '../node/missing-grant.js';
import { PendingCommand, type CommandOrder } from '../node/pending-command.js';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from '../session/session.js';
import { makeOrder } from './command-order.js';

/**
 * Admits a command: the checks of PROTOCOL.md, "Ingress checks", in their order, each before anything is queued or
 * sent. What it throws is the refusal; nothing of the command is kept then, but for its nonce.
 */
export function admitCommand(session: Session, frame: Envelope, bytes: Uint8Array, rooms: RelayRooms): void {
  checkSender(session, rooms);
  session.count();
  const payload = isObject(frame.payload) ? frame.payload : {};
  checkScope(session, payload['action']);
  checkReplay(session, frame, payload['replayNonce'], rooms);
  const caller = identityKey(session.identity);
  const timeoutMsMax = rooms.config.commandTimeoutMsMax;
  const order = makeOrder(frame, bytes, { caller, timeoutMsMax, digest: rooms.digest, log: rooms.log });
  checkGrant(session, order.nodeId, rooms);
  if (order.durable !== undefined) checkSubmissions(session);
  const isOnRecord = order.durable !== undefined && rooms.durable.check(session, order);
  // What was asked for before was checked then: an unsubscribe has ended its listener since.
  if (!isOnRecord) rooms.subscriptions.check(session, order);
  checkRequestId(session, order, rooms);

  const channel = rooms.nodes.get(order.nodeId);
  if (order.durable !== undefined) rooms.durable.submit(session, order, channel);
  else if (channel !== undefined) channel.submit(new PendingCommand(order, session.owner, rooms.clock.ticks()));
  else throw new OttoError('node_offline', { effect: 'none', nodeId: order.nodeId });
}

/** Those who wait for one durable command each take room, though the command is sent once. */
function checkSubmissions({ ledger }: Session): void {
  let count = 0;
  for (const { submissions } of ledger.sessions) count += submissions.size;
  if (count >= IN_FLIGHT_PER_IDENTITY_MAX) throw new OttoError('too_many_commands', { effect: 'none' });
}

/** One id, one thing: what is live under it at the node or in the session must end first. */
function checkRequestId(session: Session, { nodeId, requestId }: CommandOrder, rooms: RelayRooms): void {
  const isOwn = session.commands.has(requestId) || session.submissions.has(requestId);
  const isTaken =
    isOwn || rooms.subscriptions.isTaken(session, nodeId, requestId) || rooms.durable.isTaken(nodeId, requestId);
  if (isTaken || rooms.nodes.get(nodeId)?.find(requestId) !== undefined) {
    throw new OttoError('duplicate_request_id', { effect: 'none', nodeId });
  }
}

/** Only a controller that was not removed may ask for work. */
export function checkSender(session: Session, rooms: RelayRooms): void {
  const { role, clientId } = session.identity;
  if (role !== 'controller') throw new OttoError('forbidden_role', { effect: 'none' });
  if (clientId !== undefined && !rooms.access.clients.isLive(clientId)) {
    throw new OttoError('controller_revoked', { effect: 'none', clientId });
  }
}

function checkScope(session: Session, action: unknown): void {
  // An action that is no text is refused as such, below, after the nonce.
  if (typeof action !== 'string' || scopesAllow(session.identity.scopes, action)) return;
  throw new OttoError('forbidden_action', { effect: 'none', action: action.slice(0, KEPT_STRING_LENGTH_MAX) });
}

function checkReplay(session: Session, frame: Envelope, nonce: unknown, rooms: RelayRooms): void {
  if (typeof nonce !== 'string' || nonce === '') throw new OttoError('missing_replay_nonce', { effect: 'none' });
  if (nonce.length > KEPT_STRING_LENGTH_MAX) {
    throw new OttoError('invalid_command', { effect: 'none', message: 'replayNonce is longer than 200 characters.' });
  }
  const sentAt = rooms.relayTime.parse(frame.timestamp);
  if (sentAt === undefined) throw new OttoError('invalid_timestamp', { effect: 'none' });

  const { replayWindowMs } = rooms.config;
  const now = rooms.relayTime.now();
  if (Math.abs(now - sentAt) > replayWindowMs) {
    throw new OttoError('timestamp_out_of_window', { effect: 'none', relayTime: toIsoTime(now) });
  }
  if (!session.ledger.replayGuard.admit(nonce, { now, sentAt })) {
    throw new OttoError('replay_rejected', { effect: 'none' });
  }
}

/** Nothing is done at a node that has not granted it. */
export function checkGrant(session: Session, nodeId: string, rooms: RelayRooms): void {
  const { identity } = session;
  if (rooms.access.grants.allows(identity, nodeId)) return;
  throw new OttoError('acl_missing_node_grant', { effect: 'none', ...missingGrant(nodeId, identity.clientId) });
}
