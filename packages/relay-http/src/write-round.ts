import type { Writable } from 'node:stream';

/**
 * Lets the frames that one turn of the event loop leaves for a socket go out in one system call. That call is the most
 * expensive part of a frame's way (a third of a command's), and under load a turn brings many frames.
 */
export class WriteRound {
  readonly #held = new Set<Corked>();

  /** Holds back what is written to the stream until this turn has read what there was to read, and no longer. */
  hold(stream: Corked): void {
    if (this.#held.has(stream)) return;
    stream.cork();
    this.#held.add(stream);
    if (this.#held.size === 1) setImmediate(() => this.#releaseAll());
  }

  /** Lets go out what is held back of one stream. */
  release(stream: Corked): void {
    if (this.#held.delete(stream)) stream.uncork();
  }

  #releaseAll(): void {
    for (const stream of this.#held) stream.uncork();
    this.#held.clear();
  }
}

type Corked = Pick<Writable, 'cork' | 'uncork'>;
