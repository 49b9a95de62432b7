import type { Writable } from 'node:stream';

/** A round with more frames than one command and its neighbour bring is one of many. */
const CALM_FRAMES_MAX = 4;

/**
 * Lets the frames that come together for a socket go out in one system call. That call is the most expensive part of a
 * frame's way (a third of a command's), and under load a turn of the event loop brings many frames. While there are few,
 * they do not wait for the turn's end, which would put a fifth on the time that a lonely command takes: they go out with
 * what the same read has brought.
 */
export class WriteRound {
  #held = new Set<Corked>();
  #frameCount = 0;
  #isBusy = false;

  /** Holds back what is written to the stream until this turn has read what there was to read, and no longer. */
  hold(stream: Corked): void {
    this.#frameCount += 1;
    if (this.#held.has(stream)) return;
    stream.cork();
    this.#held.add(stream);
    if (this.#held.size > 1) return;
    if (this.#isBusy) setImmediate(this.#releaseAll);
    else process.nextTick(this.#releaseAll);
  }

  /** Lets go out what is held back of one stream. */
  release(stream: Corked): void {
    if (this.#held.delete(stream)) stream.uncork();
  }

  readonly #releaseAll = (): void => {
    this.#isBusy = this.#frameCount > CALM_FRAMES_MAX;
    this.#frameCount = 0;
    const held = [...this.#held];
    // A set of its own for each round: one that is cleared gets its new table where the old one was, and that is the old
    // generation of the heap after a while. A quarter of what commands left there was this.
    this.#held = new Set();
    // The last one first: a node gets its command before the controller gets the news of it.
    for (const stream of held.reverse()) stream.uncork();
  };
}

type Corked = Pick<Writable, 'cork' | 'uncork'>;
