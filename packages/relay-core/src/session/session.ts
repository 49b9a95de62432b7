import {
  CLOSE_CODES,
  OttoError,
  encodeFrame,
  makeFrame,
  type CloseReason,
  type Envelope,
  type ErrorPayload,
  type ExchangeIds,
  type MessageType,
} from '@telepat/otto-protocol';
import type { Identity } from '../access/identity.js';
import type { Submission } from '../durable/submission.js';
import { rowFor } from '../frames/table.js';
import { acknowledgementText, type Acknowledgement } from '../node/acknowledgement.js';
import type { NodeLink } from '../node/node-link.js';
import type { PendingCommand } from '../node/pending-command.js';
import { ShortLivedMap } from '../node/short-lived-map.js';
import type { TabLock } from '../node/tab-locks.js';
import type { Peer } from '../ports/peer.js';
import type { Timer } from '../ports/clock.js';
import type { RelayRooms } from '../relay-rooms.js';
import type { LogFollower } from '../logs/log-feed.js';
import type { Listener } from './listener.js';
import type { Stream } from './stream.js';
import type { Heartbeat } from './heartbeat.js';
import { ControllerCommands } from './controller-commands.js';
import type { IdentityLedger } from './identity-ledger.js';

/** One authenticated peer: the door for its frames, and the map of its live commands. */
export class Session implements NodeLink {
  readonly id: string;
  readonly ledger: IdentityLedger;
  readonly heartbeat: Heartbeat;
  readonly instanceId: string | undefined;
  readonly capabilities: readonly string[];
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  /** A controller's commands that have no terminal outcome yet. */
  readonly commands = new ShortLivedMap<string, PendingCommand>();
  /** Its durable commands that wait for their outcome. */
  readonly submissions = new ShortLivedMap<string, Submission>();
  /** Its active subscriptions and stream sessions. */
  readonly listeners = new ShortLivedMap<string, Listener>();
  readonly streams = new ShortLivedMap<string, Stream>();
  /** What it follows of the log. */
  liveLog: LogFollower | undefined;
  /** The owner of these commands, as a node's channel sees it. */
  readonly owner: ControllerCommands;
  /** How long its tabs outlive it, when it asked for that before it left. */
  keepTabsMs: number | undefined;
  /** A second `auth` is being verified. */
  isRenewing = false;
  /** Monotonic milliseconds of the last log entry about a stray update of it. */
  strayLoggedAt = -Infinity;
  /** Nodes: protocol-level pings. */
  pinging: Timer | undefined;
  /** Nodes: epoch milliseconds of the last sign of life that a ping drew. */
  lastPongAt: number;
  #locks: Set<TabLock> | undefined;
  #identity: Identity;
  /** Made once: they stay, whatever `auth` follows, and every entry has them. */
  readonly #logIds: LogIds;
  readonly #peer: Peer;
  readonly #rooms: RelayRooms;
  readonly #life: { end(session: Session): void };
  /** At most one for each subscription, and one for the log. */
  readonly #drainWaiters: (() => void)[] = [];
  #isOpen = true;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.ledger = options.ledger;
    this.heartbeat = options.heartbeat;
    this.instanceId = options.instanceId;
    this.capabilities = options.capabilities;
    this.connectedAt = options.connectedAt;
    this.lastPongAt = options.connectedAt;
    this.#identity = options.identity;
    this.#logIds = logIdsOf(options.identity);
    this.#peer = options.peer;
    this.#rooms = options.rooms;
    this.#life = options.life;
    this.owner = new ControllerCommands(this, options.rooms);
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** The tabs that it holds; most never hold one, and an empty set is 150 bytes. */
  get locks(): Set<TabLock> {
    return (this.#locks ??= new Set());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A second `auth` of the same identity changes scopes and expiry, nothing else. */
  renew(identity: Identity): void {
    this.#identity = identity;
  }

  /** One frame of this peer. This is the only place where what its handling throws becomes an answer. */
  receive(frame: Envelope, bytes: Uint8Array): void {
    this.heartbeat.seen();
    try {
      const row = rowFor(frame.messageType);
      const isMisplaced = frame.senderRole !== this.#identity.role || !row.from.includes(this.#identity.role);
      if (isMisplaced) this.count();
      if (frame.senderRole !== this.#identity.role) throw new OttoError('role_mismatch', { effect: 'none' });
      row.handle(this, frame, bytes, this.#rooms);
    } catch (thrown) {
      if (!(thrown instanceof OttoError)) this.#rooms.reportBug(thrown);
      const error = OttoError.from(thrown);
      this.fail(frame, error);
      if (error.code === 'controller_revoked') this.close('credential_revoked');
    }
  }

  /** A text that was no frame: counted like one, answered, and forgotten. */
  takeMalformed(error: OttoError & { readonly requestId: string }): void {
    const retryAfterMs = this.ledger.bucket.take(this.#rooms.clock.ticks());
    const isTooMany = retryAfterMs > 0;
    this.sendError(error, isTooMany ? new OttoError('rate_limited', { effect: 'none', retryAfterMs }) : error);
  }

  /** Takes a frame of the identity's rate limit, or throws `rate_limited`. */
  count(): void {
    const retryAfterMs = this.ledger.bucket.take(this.#rooms.clock.ticks());
    if (retryAfterMs > 0) throw new OttoError('rate_limited', { effect: 'none', retryAfterMs });
  }

  /** Sends a frame of the relay's. */
  reply(messageType: MessageType, to: ExchangeIds, payload: object): void {
    const { requestId, traceId, traceparent } = to;
    this.send(encodeFrame(makeFrame(messageType, { requestId, traceId, traceparent, senderRole: 'relay', payload })));
  }

  /** Answers a frame with an error, and logs the refusal; of an `auth` as what it is. */
  fail(frame: ExchangeIds, error: OttoError, options: { isAuth?: boolean } = {}): void {
    this.sendError(frame, error);
    const { requestId, traceId } = frame;
    const level = error.code === 'internal_error' ? 'error' : 'warn';
    this.#rooms.log.write({
      level,
      source: 'relay',
      type: options.isAuth === true ? 'auth_rejected' : typeOf(error),
      requestId,
      ...(traceId === undefined ? {} : { traceId }),
      ...this.logIds(),
      ...(error.context.nodeId === undefined ? {} : { nodeId: error.context.nodeId }),
      ...(error.context.action === undefined ? {} : { action: error.context.action }),
      status: error.code,
    });
  }

  /** Says what has become of a command before its outcome; it may wait a millisecond for other frames. */
  acknowledge(to: ExchangeIds, said: Acknowledgement): void {
    this.send(acknowledgementText(to, said), 'soon');
  }

  sendError(to: ExchangeIds, error: OttoError): void {
    const payload: ErrorPayload = error.toPayload();
    this.reply('error', to, payload);
  }

  send(frame: string | Uint8Array, urgency?: 'soon'): void {
    if (this.#isOpen) this.#peer.send(frame, urgency);
  }

  ping(): void {
    if (this.#isOpen) this.#peer.ping();
  }

  bufferedBytes(): number {
    return this.#peer.bufferedBytes();
  }

  /** Runs once, as soon as the peer has taken enough of what waits for it. */
  whenDrained(run: () => void): void {
    this.#drainWaiters.push(run);
    if (this.#drainWaiters.length > 1) return;
    this.#peer.onDrain(() => {
      const waiters = this.#drainWaiters.splice(0);
      if (this.#isOpen) for (const waiter of waiters) waiter();
    });
  }

  /** Ends the session, for a reason that the peer is told. */
  close(reason: CloseReason): void {
    if (!this.#isOpen) return;
    this.#life.end(this);
    this.#peer.close(CLOSE_CODES[reason], reason);
  }

  /** From here on nothing is sent. Called by the relay alone. */
  markClosed(): void {
    this.#isOpen = false;
    this.heartbeat.stop();
    this.pinging?.cancel();
  }

  /** The ids of this peer, as log entries carry them. */
  logIds(): LogIds {
    return this.#logIds;
  }
}

function typeOf(error: OttoError): 'controller_acl_denied' | 'error' {
  return error.code === 'acl_missing_node_grant' ? 'controller_acl_denied' : 'error';
}

function logIdsOf({ role, nodeId, clientId, controllerId }: Identity): LogIds {
  return {
    ...(role === 'node' && nodeId !== undefined ? { nodeId } : {}),
    ...(clientId === undefined ? {} : { clientId }),
    ...(controllerId === undefined ? {} : { controllerId }),
  };
}

interface LogIds {
  readonly nodeId?: string;
  readonly clientId?: string;
  readonly controllerId?: string;
}

export interface SessionOptions {
  readonly id: string;
  readonly identity: Identity;
  readonly peer: Peer;
  readonly rooms: RelayRooms;
  /** Lets go of what hangs on the session when it closes itself. */
  readonly life: { end(session: Session): void };
  readonly ledger: IdentityLedger;
  readonly heartbeat: Heartbeat;
  readonly instanceId: string | undefined;
  readonly capabilities: readonly string[];
  readonly connectedAt: number;
}
