import {
  CLOSE_CODES,
  OttoError,
  RemoteError,
  decodeFrame,
  encodeFrame,
  makeFrame,
  mayReconnectAfter,
  type Envelope,
  type IdPrefix,
  type MessageType,
  type Role,
} from '@telepat/otto-protocol';
import { Heartbeat } from './heartbeat.js';
import type { Clock, OpenSocket, Socket, Timer, TokenSource } from './ports.js';
import { Receipts } from './receipts.js';
import { readAuthAck, readHelloAck, readRelayTime, type LinkSession } from './relay-answers.js';
import { TokenRenewal } from './token-renewal.js';
import { urlWithRole } from './url-with-role.js';

/** Time from asking for a token to `auth_ack`; an attempt that takes longer is given up. */
export const ATTEMPT_MS_MAX = 15_000;

/**
 * One socket's life: token, `hello` and `auth` in one burst, then frames. It ends exactly once, through `onEnd`, unless
 * `close` ended it; after its end nothing that still arrives is looked at, so that a late event of an old socket
 * cannot touch its successor.
 */
export class LinkAttempt {
  readonly #setup: LinkSetup;
  readonly #events: AttemptEvents;
  #phase: 'idle' | 'connecting' | 'proving' | 'ready' | 'ended' = 'idle';
  #socket: Socket | undefined;
  #deadline: Timer | undefined;
  #heartbeat: Heartbeat | undefined;
  readonly #receipts: Receipts;
  readonly #renewal: TokenRenewal;
  #heartbeatIntervalMs: number | undefined;
  #hasRenewed = false;
  #whenGone: () => void = () => {};
  #gone: Promise<void> = Promise.resolve();

  constructor(setup: LinkSetup, events: AttemptEvents) {
    this.#setup = setup;
    this.#events = events;
    this.#receipts = new Receipts({ clock: setup.clock, ping: () => this.#ping() });
    this.#renewal = new TokenRenewal(setup.tokens, setup.clock);
  }

  /** Whether the relay answers: see `Heartbeat`. */
  get isAnswered(): boolean {
    return this.#heartbeat?.isAnswered === true;
  }

  start(): void {
    if (this.#phase !== 'idle') return;
    this.#phase = 'connecting';
    this.#deadline = this.#setup.clock.after(ATTEMPT_MS_MAX, () => this.#tooSlow());
    this.#withToken({ renew: false }, (token) => this.#open(token));
  }

  send(text: string, received?: () => void): void {
    this.#socket?.send(text);
    if (received !== undefined) this.#receipts.expect(received);
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedBytes?.() ?? 0;
  }

  /** Ends without an event; resolves when the socket is gone. */
  close(): Promise<void> {
    if (this.#phase !== 'ended') this.#stop();
    return this.#gone;
  }

  #withToken(options: { renew: boolean }, use: (token: string) => void): void {
    this.#setup.tokens.accessToken(options).then(
      (token) => {
        if (this.#phase !== 'ended') use(token);
      },
      (reason: unknown) => {
        const error = OttoError.from(reason);
        // A source that fails for a reason of its own, as with its disk, may have a token next time.
        const isRefusal = reason instanceof OttoError;
        this.#end({ error, isFinal: isRefusal && (!error.retryable || error.code === 'invalid_access_token') });
      },
    );
  }

  #open(token: string): void {
    const { openSocket, url, role } = this.#setup;
    this.#gone = new Promise((resolve) => (this.#whenGone = resolve));
    this.#socket = openSocket(urlWithRole(url, role), {
      onOpen: () => this.#onOpen(token),
      onText: (text) => this.#onText(text),
      onClose: (code, reason) => this.#onClose(code, reason),
    });
  }

  #onOpen(token: string): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'proving';
    const { role, hello } = this.#setup;
    this.#sendFrame('hello', { role, ...hello });
    this.#sendFrame('auth', { accessToken: token });
    this.#events.onProving();
  }

  #onText(text: string): void {
    if (this.#phase === 'ended') return;
    this.#heartbeat?.heard();
    const frame = understood(text);
    if (frame !== undefined) this.#onFrame(frame, text);
  }

  #onFrame(frame: Envelope, text: string): void {
    switch (frame.messageType) {
      case 'hello_ack':
        this.#heartbeatIntervalMs = readHelloAck(frame.payload).heartbeatIntervalMs;
        this.#learnTime(frame);
        return;
      case 'auth_ack':
        this.#accepted(readAuthAck(frame.payload, this.#setup.role));
        return;
      case 'ping':
        this.#sendFrame('pong', { ok: true }, frame.requestId);
        return;
      case 'pong':
        this.#heartbeat?.answered();
        this.#receipts.answered(frame.requestId);
        return;
      case 'error':
        this.#learnTime(frame);
        if (this.#phase === 'ready') this.#events.onFrame(frame, text);
        else this.#refused(new RemoteError(frame.payload, frame.requestId));
        return;
      default:
        if (this.#phase === 'ready') this.#events.onFrame(frame, text);
    }
  }

  #accepted(session: LinkSession): void {
    if (this.#phase !== 'proving') return;
    this.#phase = 'ready';
    this.#deadline?.cancel();
    this.#heartbeat = new Heartbeat({
      clock: this.#setup.clock,
      intervalMs: this.#heartbeatIntervalMs ?? readHelloAck(undefined).heartbeatIntervalMs,
      ping: () => this.#ping(),
      answering: (isAnswered) => this.#events.onAnswering(isAnswered),
      lost: () => this.#end({ error: disconnected('The relay has fallen silent.'), isFinal: false }),
    });
    this.#heartbeat.start();
    this.#renewal.start();
    this.#events.onReady(session);
  }

  #ping(): void {
    const requestId = this.#setup.newId('req');
    this.#sendFrame('ping', {}, requestId);
    this.#heartbeat?.pinged();
    this.#receipts.pinged(requestId);
  }

  /** A refused token is renewed once, on the same socket (PROTOCOL.md, "A session"). */
  #refused(error: RemoteError): void {
    if (error.code === 'invalid_access_token') {
      if (this.#hasRenewed) this.#end({ error, isFinal: true });
      else this.#withToken({ renew: true }, (token) => this.#sendFrame('auth', { accessToken: token }));
      this.#hasRenewed = true;
      return;
    }
    const willNeverDo = !error.retryable && (error.category === 'auth' || error.category === 'validation');
    this.#end({ error, isFinal: willNeverDo });
  }

  #learnTime(frame: Envelope): void {
    const relayTime = readRelayTime(frame.payload);
    if (relayTime !== undefined) this.#events.onRelayTime(relayTime);
  }

  #tooSlow(): void {
    const message = `The relay at ${this.#setup.url} did not let us in within ${ATTEMPT_MS_MAX / 1_000} s.`;
    this.#end({ error: new OttoError('relay_unreachable', { message, effect: 'none' }), isFinal: false });
  }

  #onClose(code: number, reason: string): void {
    this.#socket = undefined;
    this.#whenGone();
    this.#end({ error: this.#closeError(code, reason), isFinal: !mayReconnectAfter(code), closeCode: code });
  }

  #closeError(code: number, reason: string): OttoError {
    if (code === CLOSE_CODES.credential_revoked) return new OttoError('controller_revoked', { effect: 'unknown' });
    if (code === CLOSE_CODES.node_replaced) return disconnected('Another instance of this node took its place.');
    const why = reason === '' ? `close code ${code}` : reason;
    if (this.#phase === 'connecting') {
      const message = `The relay at ${this.#setup.url} could not be reached: ${why}`;
      return new OttoError('relay_unreachable', { message, effect: 'none' });
    }
    return disconnected(`The relay closed the connection: ${why}`);
  }

  #end(ending: AttemptEnding): void {
    if (this.#phase === 'ended') return;
    this.#stop();
    this.#events.onEnd(ending);
  }

  #stop(): void {
    this.#phase = 'ended';
    this.#deadline?.cancel();
    this.#heartbeat?.stop();
    this.#receipts.stop();
    this.#renewal.stop();
    this.#socket?.close(NORMAL_CLOSE, '');
  }

  #sendFrame(type: MessageType, payload: object, requestId = this.#setup.newId('req')): void {
    this.#socket?.send(encodeFrame(makeFrame(type, { requestId, senderRole: this.#setup.role, payload })));
  }
}

const NORMAL_CLOSE = 1_000;

function disconnected(message: string): OttoError {
  return new OttoError('relay_disconnected', { message, effect: 'unknown' });
}

/** The frame of a text; undefined for what a newer relay may say and this build need not understand. */
function understood(text: string): Envelope | undefined {
  try {
    return decodeFrame(text);
  } catch (error) {
    if (error instanceof OttoError) return undefined;
    throw error;
  }
}

/** What a link is given for all its attempts. */
export interface LinkSetup {
  readonly role: Role;
  /** `ws://host:port`, without the role. */
  readonly url: string;
  readonly hello: LinkHello;
  readonly tokens: TokenSource;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  newId(prefix: IdPrefix): string;
}

/** What `hello` says beside the role. */
export interface LinkHello {
  readonly nodeId?: string;
  readonly instanceId?: string;
  readonly capabilities?: readonly string[];
}

export interface AttemptEvents {
  onProving(): void;
  onReady(session: LinkSession): void;
  /** The relay no longer answers pings, or does so again. */
  onAnswering(isAnswered: boolean): void;
  /** Every frame of the session that is not the link's own business. */
  onFrame(frame: Envelope, text: string): void;
  /** The relay told its wall time, in epoch milliseconds. */
  onRelayTime(epochMs: number): void;
  onEnd(ending: AttemptEnding): void;
}

export interface AttemptEnding {
  readonly error: OttoError;
  /** Trying again would change nothing. */
  readonly isFinal: boolean;
  /** With what the other end closed the socket, where it did. */
  readonly closeCode?: number;
}
