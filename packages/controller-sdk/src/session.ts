import {
  CLOSE_CODES,
  OttoError,
  encodeFrame,
  makeFrame,
  toIsoTime,
  type Envelope,
  type ErrorCode,
  type ExchangeIds,
  type MessageType,
} from '@telepat/otto-protocol';
import { RelayLink, type LinkSession, type LinkState, type TokenSource } from '@telepat/otto-relay-link';
import { StatusFeed } from './client-status.js';
import type { Platform } from './platform/platform.js';

/**
 * The socket side of a client: one link, and what lives on it. Answers find the one who waits for them by `requestId`;
 * members are told when the connection is lost, and when it is back.
 */
export class Session {
  readonly platform: Platform;
  readonly status = new StatusFeed();
  readonly #link: RelayLink;
  readonly #answers = new Map<string, TakeFrame>();
  readonly #members = new Set<SessionMember>();
  #identity: LinkSession | undefined;

  constructor({ url, tokens, platform }: { url: string; tokens: TokenSource; platform: Platform }) {
    this.platform = platform;
    this.#link = new RelayLink({
      role: 'controller',
      url,
      hello: {},
      tokens,
      openSocket: platform.openSocket,
      clock: platform.clock,
      random: platform.random,
      newId: (prefix) => platform.newId(prefix),
      // Frames that nobody waits for are late, and mean nothing any more.
      onFrame: (frame, text) => this.#answers.get(frame.requestId)?.(frame, text.length),
      onState: (state) => this.#onState(state),
    });
  }

  /** Who the relay takes us for; known from the first time the session was ready. */
  get identity(): LinkSession | undefined {
    return this.#identity;
  }

  get isReady(): boolean {
    return this.#link.state.phase === 'ready';
  }

  /** Resolves when the session is ready; rejects when it cannot be, and then tries no more. */
  async open(options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void> {
    let givenUp: OttoError | undefined;
    const giveUp = (error: OttoError): void => {
      givenUp = error;
      void this.#link.close();
    };
    const timer = this.platform.clock.after(options.timeoutMs, () => giveUp(tooSlow(options.timeoutMs)));
    const onAbort = (): void =>
      giveUp(new OttoError('relay_disconnected', GIVEN_UP, { cause: options.signal?.reason }));
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#link.start();
      if (options.signal?.aborted === true) onAbort();
      await this.#link.ready();
    } catch (error) {
      void this.#link.close();
      throw givenUp ?? error;
    } finally {
      timer.cancel();
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  newRequestId(): string {
    return this.platform.newId('req');
  }

  /** Sends a frame and gives its length in characters; 0 when there is no connection, and then nothing was sent. */
  send(type: MessageType, payload: object, { requestId, traceId, traceparent }: ExchangeIds): number {
    const timestamp = toIsoTime(this.#link.relayNow());
    const ids = { requestId, traceId, traceparent };
    const text = encodeFrame(makeFrame(type, { ...ids, senderRole: 'controller', payload, timestamp }));
    return this.#link.send(text) ? text.length : 0;
  }

  /** Hands every frame with this `requestId` to `take`, until it is forgotten. */
  expect(requestId: string, take: TakeFrame): void {
    this.#answers.set(requestId, take);
  }

  forget(requestId: string): void {
    this.#answers.delete(requestId);
  }

  /** Tells a member of losses and returns, in the order of joining. Returns how to leave. */
  join(member: SessionMember): () => void {
    this.#members.add(member);
    return () => void this.#members.delete(member);
  }

  /** Why there is no connection now, and whether it may come back. */
  get loss(): Loss {
    return lossOf(this.#link.state);
  }

  /** Ends the session; resolves when its socket is gone. */
  close(): Promise<void> {
    return this.#link.close();
  }

  #onState(state: LinkState): void {
    const wasConnected = this.status.current.phase === 'connected';
    if (state.phase === 'ready') this.#identity = state.session;
    this.status.take(state);
    if (state.phase === 'ready') {
      for (const member of [...this.#members]) if (this.#members.has(member)) member.returned();
    } else if (state.phase === 'closed' || wasConnected) {
      this.#tellLoss(lossOf(state));
    }
  }

  /** One frame was too large: whoever sent the largest is told so, for all others it is a loss like any other. */
  #tellLoss(loss: Loss): void {
    const members = [...this.#members];
    const largest = Math.max(0, ...members.map(({ suspectLength = 0 }) => suspectLength));
    const culprit = members.find(({ suspectLength = 0 }) => suspectLength > 0 && suspectLength === largest);
    for (const member of members) {
      const isFrameTooLarge = loss.isFrameTooLarge === true && member === culprit;
      if (this.#members.has(member)) member.lost({ ...loss, isFrameTooLarge });
    }
  }
}

function lossOf(state: LinkState): Loss {
  const isFinal = state.phase === 'closed';
  const error = state.phase === 'closed' || state.phase === 'waiting' ? state.error : undefined;
  if (error === undefined) return { code: 'relay_disconnected', isFinal };
  const code = error.code === 'controller_revoked' ? 'controller_revoked' : 'relay_disconnected';
  const isFrameTooLarge = state.phase === 'waiting' && state.closeCode === CLOSE_CODES.frame_too_large;
  return { code, message: error.message, isFinal, isFrameTooLarge };
}

const GIVEN_UP = { message: 'Connecting was given up.', effect: 'none' } as const;

function tooSlow(timeoutMs: number): OttoError {
  const message = `The relay did not let us in within ${timeoutMs} ms.`;
  return new OttoError('relay_unreachable', { message, effect: 'none' });
}

/** Takes a frame, and the number of characters that it came in. */
export type TakeFrame = (frame: Envelope, chars: number) => void;

/** Something that outlives a frame: it must settle, or come again, when the connection is lost. */
export interface SessionMember {
  lost(loss: Loss): void;
  /** The connection is back. */
  returned(): void;
  /** Characters of its frame, where that may be too large for the relay; else 0. */
  readonly suspectLength?: number;
}

/** Why there is no connection. */
export interface Loss {
  readonly code: ErrorCode;
  readonly message?: string;
  /** It does not come back. */
  readonly isFinal: boolean;
  /** The relay closed it because of too large a frame, which most likely is that of the member that is told. */
  readonly isFrameTooLarge?: boolean;
}
