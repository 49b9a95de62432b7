import type { CloseCode } from '@telepat/otto-protocol';
import type { Peer } from '../src/ports/peer.js';

/** One socket of a simulated world, as the relay holds it. Whatever the relay does to it is told to its watcher. */
export class SimSocket implements Peer {
  readonly name: string;
  readonly #watcher: SocketWatcher;
  #isClogged = false;
  #drainWaiters: (() => void)[] = [];

  constructor(name: string, watcher: SocketWatcher) {
    this.name = name;
    this.#watcher = watcher;
  }

  send(frame: string | Uint8Array): void {
    this.#watcher.sent(this.name, frame);
  }

  ping(): void {
    this.#watcher.pinged(this.name);
  }

  close(code: CloseCode): void {
    this.#watcher.closed(this.name, code);
  }

  bufferedBytes(): number {
    return this.#isClogged ? Number.MAX_SAFE_INTEGER : 0;
  }

  onDrain(run: () => void): void {
    this.#drainWaiters.push(run);
  }

  /** Reads no more: everything waits to be written. */
  clog(): void {
    this.#isClogged = true;
  }

  /** Reads again. */
  drain(): void {
    this.#isClogged = false;
    const waiters = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const run of waiters) run();
  }
}

export interface SocketWatcher {
  sent(socket: string, frame: string | Uint8Array): void;
  pinged(socket: string): void;
  closed(socket: string, code: CloseCode): void;
}
