import {
  CLOSE_CODES,
  FrameError,
  OttoError,
  decodeFrame,
  encodeFrame,
  isDeeperThan,
  isObject,
  makeFrame,
  type CloseReason,
  type Envelope,
  type ExchangeIds,
  type MessageType,
} from '@telepat/otto-protocol';
import { JSON_DEPTH_MAX, MALFORMED_FRAMES_MAX, PIPELINED_FRAMES_MAX } from '@telepat/otto-protocol/limits';
import type { Identity } from '../access/identity.js';
import type { Timer } from '../ports/clock.js';
import type { Opening, Peer } from '../ports/peer.js';
import type { RelayRooms } from '../relay-rooms.js';
import { authAck, identityOf } from './authentication.js';
import { Handshake, helloAck } from './handshake.js';
import type { Session } from './session.js';
import type { SessionLife } from './session-life.js';

/**
 * One socket's life: a handshake, then a session. The host hands it every frame in the order of arrival, and tells it
 * once that the socket is closed.
 *
 * @example
 * const connection = relay.connect(peer, { role: 'node', remoteAddress: '127.0.0.1' });
 * socket.on('message', (bytes) => connection.receive(bytes.toString('utf8'), bytes));
 * socket.on('close', () => connection.closed());
 */
export class Connection {
  readonly #peer: Peer;
  readonly #rooms: RelayRooms;
  readonly #life: SessionLife;
  readonly #onEnd: (connection: Connection) => void;
  readonly #remoteAddress: string;
  #onAuthenticated: (() => void) | undefined;
  readonly #handshake: Handshake;
  readonly #deadline: Timer;
  #state: ConnectionState = { phase: 'open' };
  #malformedCount = 0;

  constructor(peer: Peer, opening: Opening, options: ConnectionOptions) {
    const { rooms, life, onEnd } = options;
    this.#peer = peer;
    this.#rooms = rooms;
    this.#life = life;
    this.#onEnd = onEnd;
    this.#remoteAddress = opening.remoteAddress;
    this.#onAuthenticated = opening.onAuthenticated;
    this.#handshake = new Handshake(opening.role);
    this.#deadline = rooms.clock.after(rooms.config.authTimeoutMs, () => this.close('not_authenticated_in_time'));
  }

  get isAuthenticated(): boolean {
    return this.#state.phase === 'authenticated';
  }

  /** One text frame: as text, and as the bytes that came. */
  receive(text: string, bytes: Uint8Array): void {
    if (this.#state.phase === 'closed') return;
    let frame: Envelope;
    try {
      frame = decodeFrame(text);
    } catch (thrown) {
      this.#takeMalformed(thrown);
      return;
    }
    this.#take(frame, bytes);
  }

  /** The peer answered a protocol-level ping. */
  ponged(): void {
    if (this.#state.phase !== 'authenticated') return;
    this.#state.session.heartbeat.seen();
    this.#state.session.lastPongAt = this.#rooms.clock.now();
  }

  /** The socket is gone. */
  closed(): void {
    const before = this.#end();
    if (before.phase === 'authenticated') this.#life.end(before.session);
  }

  /** Closes the socket, for a reason that the peer is told. */
  close(reason: CloseReason): void {
    const before = this.#end();
    if (before.phase === 'closed') return;
    if (before.phase === 'authenticated') before.session.close(reason);
    else this.#peer.close(CLOSE_CODES[reason], reason);
  }

  #take(frame: Envelope, bytes: Uint8Array): void {
    const state = this.#state;
    if (state.phase === 'authenticated') {
      if (state.session.isOpen) state.session.receive(frame, bytes);
      return;
    }
    if (state.phase === 'verifying') {
      if (this.#hold(() => this.#take(frame, bytes))) return;
      this.#reject(frame, new OttoError('unauthenticated', { message: 'Too many frames before auth_ack.' }));
      return;
    }
    if (state.phase === 'closed') return;
    try {
      this.#takeUnauthenticated(frame);
    } catch (thrown) {
      if (!(thrown instanceof OttoError)) this.#rooms.reportBug(thrown);
      this.#reject(frame, OttoError.from(thrown));
    }
  }

  #takeUnauthenticated(frame: Envelope): void {
    if (isDeeperThan(frame, JSON_DEPTH_MAX)) {
      throw new OttoError('invalid_envelope', { message: 'The frame is nested deeper than 64 levels.' });
    }
    if (frame.senderRole !== this.#handshake.role) throw new OttoError('role_mismatch');
    const { messageType } = frame;
    if (messageType === 'hello') {
      this.#handshake.greet(frame);
      this.#reply('hello_ack', frame, helloAck(this.#rooms.config, this.#rooms.relayTime));
      return;
    }
    if (this.#handshake.hello === undefined) throw new OttoError('not_initialized');
    if (messageType === 'auth') {
      this.#verify(frame);
      return;
    }
    if (messageType !== 'ping' && messageType !== 'pong') throw new OttoError('unauthenticated');
    if (!isObject(frame.payload)) {
      throw new OttoError('invalid_envelope', { message: `The payload of ${messageType} must be an object.` });
    }
    if (messageType === 'ping') this.#reply('pong', frame, { ok: true });
  }

  /** Frames that arrive while the token is verified wait for the verdict; false when too many do. */
  #hold(run: () => void): boolean {
    if (this.#state.phase !== 'verifying' || this.#state.held.length >= PIPELINED_FRAMES_MAX) return false;
    this.#state.held.push(run);
    return true;
  }

  #verify(frame: Envelope): void {
    const held: (() => void)[] = [];
    this.#state = { phase: 'verifying', held };
    const expected = { role: this.#handshake.role, nodeId: this.#handshake.hello?.nodeId };
    const refused = (thrown: unknown) => {
      if (!(thrown instanceof OttoError)) this.#rooms.reportBug(thrown);
      this.#refused(frame, OttoError.from(thrown));
    };
    identityOf(frame, expected, this.#rooms.access)
      .then((identity) => {
        try {
          this.#authenticated(frame, identity);
        } catch (thrown) {
          refused(thrown);
        }
      }, refused)
      // In the turn of the verdict, so that nothing that arrives later gets in front.
      .then(() => held.forEach((run) => run()))
      .catch(this.#rooms.reportBug);
  }

  #authenticated(frame: Envelope, verified: Identity): void {
    if (this.#state.phase !== 'verifying') return;
    // A right may end, or change, in the turns between the verdict on its token and this one.
    const identity = this.#rooms.access.tokens.current(verified);
    if (identity === undefined) throw new OttoError('invalid_access_token');
    this.#deadline.cancel();
    const { instanceId, capabilities } = this.#handshake.hello ?? {};
    const session = this.#life.open(identity, {
      peer: this.#peer,
      instanceId,
      capabilities: capabilities ?? [],
    });
    this.#state = { phase: 'authenticated', session };
    this.#onAuthenticated?.();
    this.#onAuthenticated = undefined;
    session.reply('auth_ack', frame, authAck(identity, this.#rooms.config.version));
    // The peer may be gone by the time it is told.
    if (session.isOpen) this.#life.start(session);
  }

  #refused(frame: Envelope, error: OttoError): void {
    if (this.#state.phase !== 'verifying') return;
    this.#state = { phase: 'open' };
    this.#sendError(frame, error);
    this.#log('auth_rejected', frame.requestId, error);
  }

  #reject(frame: Envelope, error: OttoError): void {
    this.#sendError(frame, error);
    this.#log('unauthenticated_frame_rejected', frame.requestId, error);
  }

  /** What is no frame keeps its place among those that are. */
  #takeMalformed(thrown: unknown): void {
    if (!this.#hold(() => this.#takeMalformed(thrown))) this.#malformed(thrown);
  }

  #malformed(thrown: unknown): void {
    const error = thrown instanceof FrameError ? thrown : new FrameError('invalid_envelope', 'unknown');
    if (!(thrown instanceof FrameError)) this.#rooms.reportBug(thrown);
    if (this.#state.phase === 'closed') return;
    if (this.#state.phase === 'authenticated') {
      this.#state.session.takeMalformed(error);
    } else {
      this.#sendError(error, error);
    }
    if (error.code === 'unsupported_protocol_version') {
      this.close('unsupported_version');
      return;
    }
    if (this.isAuthenticated) return;
    this.#malformedCount += 1;
    if (this.#malformedCount >= MALFORMED_FRAMES_MAX) this.close('policy');
  }

  #reply(messageType: MessageType, to: Envelope, payload: object): void {
    const { requestId, traceId, traceparent } = to;
    const ids = { requestId, traceId, traceparent };
    this.#peer.send(encodeFrame(makeFrame(messageType, { ...ids, senderRole: 'relay', payload })));
  }

  #sendError(to: ExchangeIds, error: OttoError): void {
    const { requestId, traceId, traceparent } = to;
    const ids = { requestId, traceId, traceparent };
    const payload = error.toPayload();
    this.#peer.send(encodeFrame(makeFrame('error', { ...ids, senderRole: 'relay', payload })));
  }

  #log(type: 'auth_rejected' | 'unauthenticated_frame_rejected', requestId: string, error: OttoError): void {
    const data = { role: this.#handshake.role, remoteAddress: this.#remoteAddress };
    this.#rooms.log.writeOfStranger({ level: 'warn', source: 'relay', type, requestId, status: error.code, data });
  }

  #end(): ConnectionState {
    const before = this.#state;
    if (before.phase === 'closed') return before;
    this.#state = { phase: 'closed' };
    this.#deadline.cancel();
    this.#onEnd(this);
    return before;
  }
}

export interface ConnectionOptions {
  readonly rooms: RelayRooms;
  readonly life: SessionLife;
  /** Told once, when the connection is over. */
  readonly onEnd: (connection: Connection) => void;
}

type ConnectionState =
  | { readonly phase: 'open' }
  | { readonly phase: 'verifying'; readonly held: (() => void)[] }
  | { readonly phase: 'authenticated'; readonly session: Session }
  | { readonly phase: 'closed' };
