import { OttoError, isObject, isRetryable, type Envelope, type LogEntry, type LogSource } from '@telepat/otto-protocol';
import { backoffMs, type Timer } from '@telepat/otto-relay-link';
import { askRelay, lostError } from './ask-relay.js';
import type { Loss, Session, SessionMember, TakeFrame } from './session.js';
import { UpdateStream, type UpdateOptions, type Updates } from './update-stream.js';

/**
 * Everybody in this client who follows the log. The relay sends it to a session once, for one source or for all, and
 * until the session ends; so those who follow share it, and each gets what it asked for.
 */
export class LogFollow implements SessionMember {
  readonly #session: Session;
  readonly #followers = new Set<Follower>();
  #source: Source | undefined;
  #requestId = '';
  /** Answers to earlier questions are of no use any more. */
  #question = 0;
  #failures = 0;
  #retry: Timer | undefined;
  #leave: () => void = () => {};

  constructor(session: Session) {
    this.#session = session;
  }

  /** Follows new entries, until the stream is left. */
  follow({ source = 'all', ...options }: FollowOptions = {}): Updates<LogEntry> {
    const stream = new UpdateStream<LogEntry>(options, () => this.#remove(follower));
    const follower: Follower = { source, stream, resume: options.resume !== false };
    if (options.signal?.aborted === true) {
      stream.close();
      return stream;
    }
    if (this.#followers.size === 0) this.#leave = this.#session.join(this);
    this.#followers.add(follower);
    if (this.#source === this.#wanted()) stream.opened();
    else void this.#subscribe();
    return stream;
  }

  lost(loss: Loss): void {
    this.#forget();
    for (const { stream, resume } of [...this.#followers]) {
      if (loss.isFinal || !resume || !stream.wasOpened) stream.fail(lostError(loss, this.#requestId, 'none'));
    }
    this.#sweep();
  }

  returned(): void {
    void this.#subscribe();
  }

  async #subscribe(): Promise<void> {
    const source = this.#wanted();
    const question = (this.#question += 1);
    const onFurther: TakeFrame = (frame, chars) => this.#onNews(frame, chars);
    const payload = { type: 'logs_subscribe', source };
    try {
      const { requestId } = await askRelay(this.#session, {
        type: 'event',
        payload,
        answers: ['logs_subscribed'],
        onFurther,
      });
      if (question !== this.#question) {
        this.#session.forget(requestId);
        return;
      }
      this.#opened(requestId, source);
    } catch (error) {
      if (question === this.#question) this.#refused(OttoError.from(error));
    }
  }

  #opened(requestId: string, source: Source): void {
    this.#session.forget(this.#requestId);
    this.#requestId = requestId;
    this.#source = source;
    this.#failures = 0;
    for (const follower of this.#followers) {
      if (follower.isInterrupted === true) follower.stream.resumed();
      else if (!follower.stream.wasOpened) follower.stream.opened();
      follower.isInterrupted = false;
    }
  }

  #refused(error: OttoError): void {
    const isPassing = !this.#session.isReady || isRetryable(error.code, { effect: 'none' });
    for (const { stream } of [...this.#followers]) {
      if (!stream.wasOpened || !isPassing) stream.fail(error);
    }
    this.#sweep();
    if (this.#followers.size === 0 || !this.#session.isReady) return;
    const { clock, random } = this.#session.platform;
    this.#retry = clock.after(backoffMs(this.#failures, random), () => void this.#subscribe());
    this.#failures += 1;
  }

  #onNews(frame: Envelope, chars: number): void {
    const news = isObject(frame.payload) ? frame.payload : {};
    const { type, entry, count } = news;
    for (const { source, stream } of this.#followers) {
      if (type === 'log' && isLogEntry(entry) && (source === 'all' || source === entry.source))
        stream.push(entry, chars);
      if (type === 'log_entries_dropped' && typeof count === 'number') stream.missed(count);
    }
  }

  #remove(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size === 0) this.#rest();
  }

  /** Lets those go whose streams have ended. */
  #sweep(): void {
    for (const follower of [...this.#followers]) if (follower.stream.isOver) this.#remove(follower);
  }

  #rest(): void {
    this.#forget();
    this.#leave();
  }

  #forget(): void {
    this.#question += 1;
    this.#retry?.cancel();
    this.#session.forget(this.#requestId);
    this.#source = undefined;
    for (const follower of this.#followers) follower.isInterrupted = follower.stream.wasOpened;
  }

  /** The one source that everybody wants, or all. */
  #wanted(): Source {
    const sources = new Set([...this.#followers].map(({ source }) => source));
    const [only = 'all'] = sources;
    return sources.size === 1 ? only : 'all';
  }
}

function isLogEntry(entry: unknown): entry is LogEntry {
  // Entries are of the relay's own making; what only a newer relay tells is passed on as it is.
  return isObject(entry) && typeof entry['id'] === 'string' && typeof entry['type'] === 'string';
}

type Source = LogSource | 'all';

/** Which entries of the log to follow, and how they are read. */
export interface FollowOptions extends UpdateOptions {
  /** Whose entries: of the relay, of controllers, of nodes, or all (default). */
  readonly source?: Source | undefined;
}

interface Follower {
  readonly source: Source;
  readonly stream: UpdateStream<LogEntry>;
  readonly resume: boolean;
  isInterrupted?: boolean;
}
