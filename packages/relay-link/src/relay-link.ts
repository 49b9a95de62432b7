import { OttoError, type Envelope } from '@telepat/otto-protocol';
import { BACKOFF_MS_MAX, backoffMs } from './backoff.js';
import { LinkAttempt, type AttemptEnding, type LinkSetup } from './link-attempt.js';
import type { Random, Timer } from './ports.js';
import type { LinkSession } from './relay-answers.js';

/** A session that lasted this long ends a row of failures. */
export const STABLE_MS = 10_000;

/** A relay that was there a while ago is expected back: nobody waits longer than this between two tries … */
export const EXPECTING_WAIT_MS_MAX = 1_500;

/** … for this long. After that it is left in peace. */
export const EXPECTING_MS = 120_000;

/**
 * The authenticated connection to a relay that heals itself. States: `closed` (not started, closed, or ended for good
 * with the error that says why), `connecting` (token and socket), `proving` (hello and auth are out), `ready`, and
 * `waiting` for the next try after one that failed.
 */
export class RelayLink {
  readonly #options: RelayLinkOptions;
  #state: LinkState = { phase: 'closed' };
  #attempt: LinkAttempt | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  #readySince = 0;
  /** Since when there has been no session that lasted, in the clock's ticks: short ones would keep it young for ever. */
  #awaySince = 0;
  #clockOffsetMs = 0;
  #waiters: Waiter[] = [];

  constructor(options: RelayLinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  /**
   * Whether the relay is there for us now: the link is ready, and the newest ping was answered or is younger than
   * `PONG_MS_MAX`.
   */
  get isAnswered(): boolean {
    return this.#state.phase === 'ready' && this.#attempt?.isAnswered === true;
  }

  /** Begins to connect, and to connect again whenever the connection is lost. */
  start(): void {
    if (this.#state.phase !== 'closed') return;
    this.#failures = 0;
    this.#awaySince = this.#options.clock.ticks();
    this.#connect();
  }

  /**
   * Resolves when the link is ready; rejects with an OttoError as soon as the try that is under way fails or the link
   * ends. After a failed try the link goes on by itself, and `ready` may be asked again.
   */
  ready(): Promise<void> {
    if (this.#state.phase === 'ready') return Promise.resolve();
    if (this.#state.phase === 'closed') return Promise.reject(this.#state.error ?? notConnected());
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /**
   * Sends one frame; false when the link is not ready, in which case nothing was sent. `received` runs when the relay has
   * surely got it; never, when the connection ends before that is known.
   */
  send(text: string, received?: () => void): boolean {
    if (this.#state.phase !== 'ready') return false;
    this.#attempt?.send(text, received);
    return true;
  }

  /** Bytes that wait to be sent; 0 where the host cannot tell. */
  get bufferedBytes(): number {
    return this.#attempt?.bufferedBytes ?? 0;
  }

  /** Ends the link; frames that were sent before still go out. Resolves when the socket is gone. */
  close(): Promise<void> {
    this.#retry?.cancel();
    const gone = this.#attempt?.close() ?? Promise.resolve();
    this.#attempt = undefined;
    if (this.#state.phase !== 'closed') this.#setState({ phase: 'closed' });
    return gone;
  }

  /** The relay's wall time: our clock, corrected by what the relay last told. */
  relayNow(): number {
    return this.#options.clock.now() + this.#clockOffsetMs;
  }

  #connect(): void {
    const attempt = new LinkAttempt(this.#options, {
      onProving: () => this.#setState({ phase: 'proving' }),
      onReady: (session) => this.#onReady(session),
      onAnswering: (isAnswered) => this.#options.onAnswering?.(isAnswered),
      onFrame: (frame, text) => this.#options.onFrame(frame, text),
      onRelayTime: (epochMs) => (this.#clockOffsetMs = epochMs - this.#options.clock.now()),
      onEnd: (ending) => this.#onEnd(ending),
    });
    this.#attempt = attempt;
    this.#setState({ phase: 'connecting' });
    attempt.start();
  }

  #onReady(session: LinkSession): void {
    this.#readySince = this.#options.clock.ticks();
    this.#setState({ phase: 'ready', session });
  }

  #onEnd({ error, isFinal, closeCode }: AttemptEnding): void {
    this.#attempt = undefined;
    if (isFinal) {
      this.#setState({ phase: 'closed', error });
      return;
    }
    const { clock, random } = this.#options;
    const now = clock.ticks();
    if (this.#state.phase === 'ready' && now - this.#readySince >= STABLE_MS) {
      this.#awaySince = now;
      this.#failures = 0;
    }
    const isExpected = now - this.#awaySince < EXPECTING_MS;
    const retryInMs = backoffMs(this.#failures, random, isExpected ? EXPECTING_WAIT_MS_MAX : BACKOFF_MS_MAX);
    this.#failures += 1;
    this.#retry = clock.after(retryInMs, () => this.#connect());
    this.#setState({ phase: 'waiting', error, retryInMs, ...(closeCode === undefined ? {} : { closeCode }) });
  }

  #setState(state: LinkState): void {
    this.#state = state;
    this.#settleWaiters(state);
    this.#options.onState(state);
  }

  #settleWaiters(state: LinkState): void {
    if (state.phase === 'connecting' || state.phase === 'proving') return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve, reject } of waiters) {
      if (state.phase === 'ready') resolve();
      else reject(state.error ?? notConnected());
    }
  }
}

function notConnected(): OttoError {
  return new OttoError('relay_disconnected', { message: 'The connection to the relay is closed.', effect: 'none' });
}

export interface RelayLinkOptions extends LinkSetup {
  readonly random: Random;
  /** Every frame of the session that is not the link's own business, with the text it came as. */
  onFrame(frame: Envelope, text: string): void;
  onState(state: LinkState): void;
  /** The relay no longer answers pings although the link is ready, or does so again; see `RelayLink.isAnswered`. */
  onAnswering?(isAnswered: boolean): void;
}

export type LinkState =
  | { readonly phase: 'closed'; readonly error?: OttoError }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'proving' }
  | { readonly phase: 'ready'; readonly session: LinkSession }
  | {
      readonly phase: 'waiting';
      readonly error: OttoError;
      readonly retryInMs: number;
      /** With what the relay closed the socket, where it did. */
      readonly closeCode?: number;
    };

interface Waiter {
  resolve(): void;
  reject(error: OttoError): void;
}
