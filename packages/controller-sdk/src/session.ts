import {
  OttoError,
  encodeFrame,
  makeFrame,
  toIsoTime,
  type ErrorCode,
  type ExchangeIds,
  type MessageType,
} from '@telepat/otto-protocol';
import { COMMAND_TIMEOUT_MS_DEFAULT, COMMAND_TIMEOUT_MS_MIN, DRAIN_MS_MAX } from '@telepat/otto-protocol/limits';
import { RelayLink, type LinkSession, type LinkState, type TokenSource } from '@telepat/otto-relay-link';
import type { CommandResult, CommandEvent } from './outcome.js';
import type { Platform } from './platform/platform.js';
import { Requests } from './requests.js';

/** What the client waits beyond the relay's own deadline, which normally settles first. */
export const DEADLINE_MARGIN_MS = 5_000;

/** The socket side of a client: one link, and the requests that are live on it. */
export class Session {
  readonly #platform: Platform;
  readonly #link: RelayLink;
  readonly #requests: Requests;
  #identity: LinkSession | undefined;

  constructor({ url, tokens, platform }: { url: string; tokens: TokenSource; platform: Platform }) {
    this.#platform = platform;
    this.#requests = new Requests(platform.clock);
    this.#link = new RelayLink({
      role: 'controller',
      url,
      hello: {},
      tokens,
      openSocket: platform.openSocket,
      clock: platform.clock,
      random: platform.random,
      newId: (prefix) => platform.newId(prefix),
      onFrame: (frame) => this.#requests.answered(frame),
      onState: (state) => this.#onState(state),
    });
  }

  /** Who the relay takes us for; known from the first time the session was ready. */
  get identity(): LinkSession | undefined {
    return this.#identity;
  }

  /** Resolves when the session is ready; rejects when it cannot be, and then tries no more. */
  async open(options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void> {
    let givenUp: OttoError | undefined;
    const giveUp = (error: OttoError): void => {
      givenUp = error;
      void this.#link.close();
    };
    const timer = this.#platform.clock.after(options.timeoutMs, () => giveUp(tooSlow(options.timeoutMs)));
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

  /** Sends a command; settles with its outcome. */
  async run(command: Command): Promise<CommandResult> {
    const { signal } = command;
    const request = { ...command, requestId: this.#platform.newId('req'), deadlineMs: deadlineMsOf(command.timeoutMs) };
    const settled = this.#requests.add(request);
    if (signal?.aborted === true) this.#requests.fail(request.requestId, 'command_cancelled', { effect: 'none' });
    else if (!this.#send('command', this.#payloadOf(command), request)) this.#notSent(request.requestId);
    if (signal === undefined) return settled;

    const cancel = (): void => this.#cancel(request);
    signal.addEventListener('abort', cancel, { once: true });
    return settled.finally(() => signal.removeEventListener('abort', cancel));
  }

  /** Sends an event to the relay; false when there is no connection. */
  event(payload: { readonly type: string }): boolean {
    return this.#send('event', payload, { requestId: this.#platform.newId('req') });
  }

  /** Ends the session; resolves when its socket is gone. */
  close(): Promise<void> {
    return this.#link.close();
  }

  /** The outcome comes as the command's own terminal frame, at most a draining time later. */
  #cancel({ requestId, traceId, traceparent }: ExchangeIds): void {
    const ids = { requestId: this.#platform.newId('req'), traceId, traceparent };
    if (!this.#send('command_cancel', { targetRequestId: requestId }, ids)) return;
    this.#requests.hurry(requestId, DRAIN_MS_MAX + DEADLINE_MARGIN_MS);
  }

  #payloadOf({ nodeId, action, input, tabSessionId, timeoutMs, waitPolicy }: Command): object {
    return {
      targetNodeId: nodeId,
      action,
      payload: input,
      ...(tabSessionId === undefined ? {} : { tabSessionId }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(waitPolicy === undefined ? {} : { waitPolicy }),
      replayNonce: this.#platform.newId('req'),
    };
  }

  #send(type: MessageType, payload: object, { requestId, traceId, traceparent }: ExchangeIds): boolean {
    const timestamp = toIsoTime(this.#link.relayNow());
    const ids = { requestId, traceId, traceparent };
    return this.#link.send(encodeFrame(makeFrame(type, { ...ids, senderRole: 'controller', payload, timestamp })));
  }

  #notSent(requestId: string): void {
    const { code, message = 'There is no connection to the relay for now.' } = lossOf(this.#link.state);
    this.#requests.fail(requestId, code, { message, effect: 'none' });
  }

  #onState(state: LinkState): void {
    if (state.phase === 'ready') {
      this.#identity = state.session;
      return;
    }
    const { code, message } = lossOf(state);
    this.#requests.failAll(code, { effect: 'unknown', ...(message === undefined ? {} : { message }) });
  }
}

/** Why there is no connection. */
function lossOf(state: LinkState): { code: ErrorCode; message?: string } {
  const error = state.phase === 'closed' || state.phase === 'waiting' ? state.error : undefined;
  if (error === undefined) return { code: 'relay_disconnected' };
  const code = error.code === 'controller_revoked' ? 'controller_revoked' : 'relay_disconnected';
  return { code, message: error.message };
}

const GIVEN_UP = { message: 'Connecting was given up.', effect: 'none' } as const;

function tooSlow(timeoutMs: number): OttoError {
  const message = `The relay did not let us in within ${timeoutMs} ms.`;
  return new OttoError('relay_unreachable', { message, effect: 'none' });
}

/** The relay raises a smaller budget; a number that is none is left to the relay to refuse. */
function deadlineMsOf(timeoutMs = COMMAND_TIMEOUT_MS_DEFAULT): number {
  const budgetMs = Number.isFinite(timeoutMs)
    ? Math.max(timeoutMs, COMMAND_TIMEOUT_MS_MIN)
    : COMMAND_TIMEOUT_MS_DEFAULT;
  return budgetMs + DEADLINE_MARGIN_MS;
}

/** One command to one node. */
export interface Command extends CommandOptions {
  readonly action: string;
  readonly input: object;
}

/** How a command is to be sent. */
export interface CommandOptions {
  readonly nodeId: string;
  readonly tabSessionId?: string | undefined;
  /** One budget for waiting and running together. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** What to do when the tab is busy: fail at once (the relay's default), or wait. */
  readonly waitPolicy?: 'fail_fast' | 'wait_with_timeout' | undefined;
  /** Aborting cancels the command; the promise then settles with what became of it. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CommandEvent) => void) | undefined;
  /** Names the trace that the command is a part of, in every frame and log entry about it. At most 200 characters. */
  readonly traceId?: string | undefined;
  /** The same as W3C Trace Context, such as a tracing library's `traceparent` header. */
  readonly traceparent?: string | undefined;
}
