import type { Writable } from 'node:stream';

/** A round with more frames than one command and its neighbour bring is one of many. */
const CALM_FRAMES_MAX = 4;

/** What a round of a lonely command brings: its frame to the node, or its result, and news. */
const LONELY_FRAMES_MAX = 2;

/** After so many such rounds in a row frames come alone. Where many wait for one tab, every other round is so small. */
const LONELY_ROUNDS_MIN = 4;

/** How long news wait for company, in milliseconds, or to the end of a turn that is longer. */
const NEWS_MS_MAX = 1;

/**
 * Lets the frames that come together for a socket go out in one system call. That call is the most expensive part of a
 * frame's way (a third of a command's), and under load a turn of the event loop brings many frames. While there are few,
 * they do not wait for the turn's end, which would put a fifth on the time that a lonely command takes: they go out with
 * what the same read has brought. And while one read after another brings a frame or two, these are not held at all, but go
 * out before their log entries are made: 6 % of that time.
 *
 * News, on which no outcome depends, wait for the next frame of their socket, if one comes within a millisecond, or leave
 * behind a round that did not wait for its turn's end. Where many wait for one tab, a command needs two calls then in
 * place of nearly three, and a tenth less CPU.
 */
export class WriteRound {
  #held: HeldStream[] = [];
  #news: HeldStream[] = [];
  #frameCount = 0;
  #lonelyRounds = 0;
  #isBusy = false;
  #isEndSet = false;
  #isNewsTimerSet = false;

  /** Holds back what is written to the stream until this turn has read what there was to read; nothing, while little is. */
  hold(held: HeldStream): void {
    this.#frameCount += 1;
    this.#setEnd();
    if (held.until === 'turn' || this.#isLonely()) return;
    if (held.until === undefined) held.stream.cork();
    held.until = 'turn';
    this.#held.push(held);
  }

  /** Holds back what is written to the stream until something else is, or its time is over. */
  holdNews(held: HeldStream): void {
    this.#frameCount += 1;
    if (held.until !== undefined) return;
    held.stream.cork();
    held.until = 'news';
    this.#news.push(held);
    if (this.#isNewsTimerSet) return;
    this.#isNewsTimerSet = true;
    setTimeout(this.#onNewsTimer, NEWS_MS_MAX);
  }

  /** Lets go out what is held back of one stream. */
  release(held: HeldStream): void {
    if (held.until === undefined) return;
    held.until = undefined;
    held.stream.uncork();
  }

  #isLonely(): boolean {
    return this.#lonelyRounds >= LONELY_ROUNDS_MIN && this.#frameCount <= LONELY_FRAMES_MAX;
  }

  #setEnd(): void {
    if (this.#isEndSet) return;
    this.#isEndSet = true;
    if (this.#isBusy) setImmediate(this.#end);
    else process.nextTick(this.#end);
  }

  // Lists of their own for each round, and no sets that are cleared: the new table of one would be made where the old one
  // was, and after a while that is the old generation of the heap. A quarter of what commands left there was this.
  readonly #end = (): void => {
    const waited = this.#isBusy;
    this.#isEndSet = false;
    this.#isBusy = this.#frameCount > CALM_FRAMES_MAX;
    this.#lonelyRounds = this.#frameCount > LONELY_FRAMES_MAX ? 0 : this.#lonelyRounds + 1;
    this.#frameCount = 0;
    const streams = this.#held;
    this.#held = [];
    // The last one first: a node gets its next command before the controller gets the result of the last one.
    for (const held of streams.reverse()) if (held.until === 'turn') this.release(held);
    // While the node works there is time for news. With the result, of a lonely command, they would be in its way.
    if (!waited) this.#releaseNews();
  };

  readonly #onNewsTimer = (): void => {
    this.#isNewsTimerSet = false;
    // What came before a round is no part of it.
    if (!this.#isEndSet) this.#frameCount = 0;
    this.#releaseNews();
  };

  #releaseNews(): void {
    if (this.#news.length === 0) return;
    const streams = this.#news;
    this.#news = [];
    // Others went out meanwhile, with what they waited for.
    for (const held of streams) if (held.until === 'news') this.release(held);
  }
}

/** A stream, and until when what is written to it is held back: not at all, to the end of a round, or for company. */
export class HeldStream {
  readonly stream: Pick<Writable, 'cork' | 'uncork'>;
  until: 'turn' | 'news' | undefined;

  constructor(stream: Pick<Writable, 'cork' | 'uncork'>) {
    this.stream = stream;
  }
}
