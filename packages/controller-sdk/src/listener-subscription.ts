import {
  OttoError,
  RemoteError,
  isObject,
  isRetryable,
  type Envelope,
  type ListenerData,
  type ListenerName,
  type ListenerOptions,
} from '@telepat/otto-protocol';
import { backoffMs, type Timer } from '@telepat/otto-relay-link';
import { lostError } from './ask-relay.js';
import type { CommandResult } from './outcome.js';
import { RunningCommand } from './running-command.js';
import type { Loss, Session, SessionMember, TakeFrame } from './session.js';
import { UpdateStream, type UpdateOptions, type Updates } from './update-stream.js';

/** How long a subscription that was lost knocks at a node that is not back yet. */
export const RESUME_MS_MAX = 60_000;

/** How long a node may take to end a subscription; nobody waits for it. */
const UNSUBSCRIBE_MS_MAX = 5_000;

/** Subscribes to a listener of a node, for as long as its updates are read. */
export function subscribe<L extends string>(session: Session, options: SubscribeOptions<L>): ListenerUpdates<L> {
  // A node tells what the descriptor of the listener says; the relay does not look into it, and neither do we.
  return listenTo(session, options) as ListenerUpdates<L>;
}

/** The same, for who hands the updates on. */
export function listenTo(session: Session, options: SubscribeOptions): UpdateStream<ListenerUpdate> {
  const subscription = new ListenerSubscription(session, options);
  subscription.start();
  return subscription.stream;
}

class ListenerSubscription implements SessionMember {
  readonly stream: UpdateStream<ListenerUpdate>;
  readonly #session: Session;
  readonly #options: SubscribeOptions;
  readonly #over = new AbortController();
  #phase: 'opening' | 'open' | 'away' | 'waiting' | 'over' = 'away';
  #requestId = '';
  #resumeUntil = 0;
  #failures = 0;
  #retry: Timer | undefined;
  #leave: () => void = () => {};

  constructor(session: Session, options: SubscribeOptions) {
    this.#session = session;
    this.#options = options;
    this.stream = new UpdateStream(options, () => this.#onClosed());
  }

  start(): void {
    this.#leave = this.#session.join(this);
    if (this.#options.signal?.aborted === true) this.stream.close();
    else this.#open();
  }

  lost(loss: Loss): void {
    this.#retry?.cancel();
    this.#session.forget(this.#requestId);
    // One that is being opened hears of the loss by its command.
    if (this.#phase !== 'opening') this.#phase = 'away';
    if (loss.isFinal || this.#options.resume === false) this.#end(lostError(loss, this.#requestId, 'unknown'));
  }

  returned(): void {
    if (this.#phase !== 'away') return;
    this.#resumeUntil = this.#session.platform.clock.ticks() + RESUME_MS_MAX;
    this.#open();
  }

  #open(): void {
    this.#phase = 'opening';
    const { nodeId, listener, options, tabSessionId, timeoutMs } = this.#options;
    const command = {
      action: 'listener.subscribe',
      input: { listener, ...(options === undefined ? {} : { options }) },
      nodeId,
      tabSessionId,
      timeoutMs,
      ...(tabSessionId === undefined ? {} : { waitPolicy: 'wait_with_timeout' as const }),
      signal: this.#over.signal,
    };
    new RunningCommand(this.#session, command, (result) => this.#opened(result)).outcome().catch((error: unknown) => {
      this.#refused(OttoError.from(error));
    });
  }

  /** Runs with the node's answer, so that not even the next frame is missed. */
  #opened({ requestId }: CommandResult): TakeFrame | undefined {
    if (this.#phase === 'over') {
      this.#unsubscribe(requestId);
      return undefined;
    }
    this.#phase = 'open';
    this.#requestId = requestId;
    this.#failures = 0;
    if (this.stream.wasOpened) this.stream.resumed();
    else this.stream.opened();
    return (frame, chars) => this.#onNews(frame, chars);
  }

  #refused(error: OttoError): void {
    if (this.#phase === 'over') return;
    if (!this.stream.wasOpened) this.#end(error);
    else if (!this.#session.isReady) this.#phase = 'away';
    else this.#openLater(error);
  }

  /** A node that is not back yet, or a relay that is busy, may let us in a little later. */
  #openLater(error: OttoError): void {
    const { clock, random } = this.#session.platform;
    const waitMs = Math.max(error.context.retryAfterMs ?? 0, backoffMs(this.#failures, random));
    const mayPass = isRetryable(error.code, { effect: 'none' }) && clock.ticks() + waitMs <= this.#resumeUntil;
    if (!mayPass || this.#options.resume === false) {
      this.#end(error);
      return;
    }
    this.#phase = 'waiting';
    this.#failures += 1;
    this.#retry = clock.after(waitMs, () => this.#open());
  }

  #onNews(frame: Envelope, chars: number): void {
    const news = isObject(frame.payload) ? frame.payload : {};
    const { type, count, reason } = news;
    if (type === 'listener_update') this.stream.push(updateOf(news), chars);
    if (type === 'listener_updates_dropped' && typeof count === 'number') this.stream.missed(count);
    if (type === 'listener_ended') {
      this.#session.forget(this.#requestId);
      this.#resumeUntil = this.#session.platform.clock.ticks() + RESUME_MS_MAX;
      this.#openLater(new RemoteError({ code: reason, nodeId: this.#options.nodeId }, frame.requestId));
    }
  }

  #onClosed(): void {
    const wasOpen = this.#phase === 'open';
    this.#finish();
    if (wasOpen && this.#session.isReady) this.#unsubscribe(this.#requestId);
  }

  #unsubscribe(targetRequestId: string): void {
    const { nodeId } = this.#options;
    const input = { targetRequestId };
    const command = { action: 'listener.unsubscribe', input, nodeId, timeoutMs: UNSUBSCRIBE_MS_MAX };
    // Its updates find nobody any more, and the subscription ends with our session at the latest.
    new RunningCommand(this.#session, command).outcome().catch(() => {});
  }

  #end(error: OttoError): void {
    if (this.#phase === 'over') return;
    this.#finish();
    this.stream.fail(error);
  }

  #finish(): void {
    this.#phase = 'over';
    this.#retry?.cancel();
    this.#session.forget(this.#requestId);
    this.#leave();
    this.#over.abort();
  }
}

function updateOf({ data, updateType, emittedAt }: Readonly<Record<string, unknown>>): ListenerUpdate {
  return {
    data,
    ...(typeof updateType === 'string' ? { updateType } : {}),
    ...(typeof emittedAt === 'string' || typeof emittedAt === 'number' ? { emittedAt } : {}),
  };
}

/** One update of a listener, as its node sent it. */
export interface ListenerUpdate<D = unknown> {
  readonly data: D;
  readonly updateType?: string;
  readonly emittedAt?: string | number;
}

/** The updates of a listener; those of a listener in the catalogue are typed. */
export type ListenerUpdates<L extends string = string> = Updates<
  ListenerUpdate<L extends ListenerName ? ListenerData<L> : unknown>
>;

/** What to listen to, and how its updates are read. */
export interface SubscribeOptions<L extends string = string> extends UpdateOptions {
  readonly nodeId: string;
  /** Its name, such as `network.http_intercept`. */
  readonly listener: L;
  /** What the listener takes. */
  readonly options?:
    (L extends ListenerName ? ListenerOptions<L> : never) | Readonly<Record<string, unknown>> | undefined;
  /** Lets the subscription begin in its turn among the commands of this tab. */
  readonly tabSessionId?: string | undefined;
  /** For the subscription to begin. Default 30,000. */
  readonly timeoutMs?: number | undefined;
}
