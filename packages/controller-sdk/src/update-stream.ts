import { OttoError } from '@telepat/otto-protocol';
import { tell } from './tell.js';

/** Updates that may wait for their reader when `bufferMax` says no number. */
export const BUFFER_MAX_DEFAULT = 1_000;

/** Characters of frames that may wait for one reader, unless it is a single longer one. */
export const BUFFER_CHARS_MAX = 32 * 1024 * 1024;

/**
 * The near end of a stream: what arrives waits here for its reader, up to a limit. A reader that is too slow misses the
 * newest updates, and is told how many; nothing else on the connection waits for it.
 */
export class UpdateStream<T> implements Updates<T> {
  readonly ready: Promise<void>;
  readonly #options: UpdateOptions;
  readonly #onClose: () => void;
  readonly #waiting: Waiting<T>[] = [];
  readonly #readers: Reader<T>[] = [];
  readonly #bufferMax: number;
  #open: () => void = () => {};
  #refuse: (error: OttoError) => void = () => {};
  #isOpen = false;
  #isOver = false;
  /** Thrown once, after what still waits. */
  #error: OttoError | undefined;
  #waitingChars = 0;
  #lastChars = 0;
  #unread = 0;
  #missedCount = 0;
  #interruptionCount = 0;

  /** `onClose` is called once, when the reader wants no more; not when the stream ended by itself. */
  constructor(options: UpdateOptions, onClose: () => void) {
    this.#options = options;
    this.#onClose = onClose;
    this.#bufferMax = Math.max(1, options.bufferMax ?? BUFFER_MAX_DEFAULT);
    this.ready = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#refuse = reject;
    });
    // Who only iterates gets the same error there.
    this.ready.catch(() => {});
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get missedCount(): number {
    return this.#missedCount;
  }

  get interruptionCount(): number {
    return this.#interruptionCount;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get wasOpened(): boolean {
    return this.#isOpen;
  }

  /** The length of the update that was given last, for a single reader who hands it on. */
  get lastChars(): number {
    return this.#lastChars;
  }

  /** The source: it flows. */
  opened(): void {
    this.#isOpen = true;
    this.#open();
  }

  /** The source: one update, and the characters that it came in. */
  push(update: T, chars: number): void {
    if (this.#isOver) return;
    if (!this.#hasRoomFor(chars)) {
      this.#unread += 1;
      this.#missedCount += 1;
      return;
    }
    this.#tellUnread();
    const reader = this.#readers.shift();
    if (reader === undefined) {
      this.#waiting.push({ update, chars });
      this.#waitingChars += chars;
      return;
    }
    this.#lastChars = chars;
    reader.resolve({ done: false, value: update });
  }

  /** The source: the relay left some out. */
  missed(count: number): void {
    this.#missedCount += count;
    tell(this.#options.onMissed, { reason: 'relay_busy', count });
  }

  /** The source: it flows again, after nobody knows how much. */
  resumed(): void {
    this.#interruptionCount += 1;
    tell(this.#options.onMissed, { reason: 'interrupted' });
  }

  /** The source: it ended, for this reason. */
  fail(error: OttoError): void {
    if (this.#isOver) return;
    this.#finish();
    this.#refuse(error);
    const [first, ...others] = this.#readers.splice(0);
    if (first === undefined) this.#error = error;
    else first.reject(error);
    for (const reader of others) reader.resolve(DONE);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const first = this.#waiting.shift();
    if (first !== undefined) {
      this.#waitingChars -= first.chars;
      this.#lastChars = first.chars;
      return Promise.resolve({ done: false, value: first.update });
    }
    if (this.#isOver) return this.#afterEnd();
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.close();
    return Promise.resolve(DONE);
  }

  close(): void {
    this.#waiting.length = 0;
    this.#waitingChars = 0;
    this.#error = undefined;
    if (this.#isOver) return;
    this.#finish();
    this.#refuse(new OttoError('command_cancelled', { effect: 'none', message: 'The stream was closed.' }));
    for (const reader of this.#readers.splice(0)) reader.resolve(DONE);
    this.#onClose();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  readonly #onAbort = (): void => this.close();

  #hasRoomFor(chars: number): boolean {
    if (this.#waiting.length === 0) return true;
    return this.#waiting.length < this.#bufferMax && this.#waitingChars + chars <= BUFFER_CHARS_MAX;
  }

  #afterEnd(): Promise<IteratorResult<T, undefined>> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve(DONE) : Promise.reject(error);
  }

  #finish(): void {
    this.#isOver = true;
    this.#tellUnread();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  #tellUnread(): void {
    if (this.#unread === 0) return;
    tell(this.#options.onMissed, { reason: 'reader_busy', count: this.#unread });
    this.#unread = 0;
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

interface Waiting<T> {
  readonly update: T;
  readonly chars: number;
}

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: OttoError): void;
}

/**
 * What comes from a node or the relay until it is left: iterate over it, once. `break`, `close` and the signal end it,
 * quietly; a loss that does not heal is thrown, after what still waited.
 */
export interface Updates<T> extends AsyncIterable<T, undefined> {
  /** Resolves when it flows; rejects when that was refused, as the iteration does. */
  readonly ready: Promise<void>;
  /** Updates that are known to be lost, because the reader or the connection was too slow. */
  readonly missedCount: number;
  /** How often it was interrupted and began again; nobody knows what was lost in between. */
  readonly interruptionCount: number;
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
  /** Ends it; what still waits is dropped. */
  close(): void;
  [Symbol.asyncIterator](): Updates<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How updates are read, and what is told of those that are missing. */
export interface UpdateOptions {
  /** Updates that may wait to be read, as long as they are no more than 32 Mi characters. Default 1,000. */
  readonly bufferMax?: number | undefined;
  /** Whether to begin again after a lost connection (default), or to end with its loss. */
  readonly resume?: boolean | undefined;
  /** Aborting ends the stream as `break` does. */
  readonly signal?: AbortSignal | undefined;
  /** Told of everything that is missing. */
  readonly onMissed?: ((missed: Missed) => void) | undefined;
}

/** Why updates are missing: too slow a reader, too slow a connection, or an interruption. */
export type Missed =
  { readonly reason: 'reader_busy' | 'relay_busy'; readonly count: number } | { readonly reason: 'interrupted' };
