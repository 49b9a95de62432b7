import type { Socket } from 'node:net';
import type { CloseCode } from '@telepat/otto-protocol';
import { BUFFERED_BYTES_MAX, FRAME_BYTES_MAX, STALLED_WRITE_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Peer } from '@telepat/otto-relay-core';
import type { WebSocket } from 'ws';

/**
 * A peer over one socket. While it is slow to take what it is sent, nothing is read from it, so that it cannot ask for
 * more; when it takes nothing for too long, or far too much waits, it is cut off.
 */
export class SocketPeer implements Peer {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly #drainWaiters: (() => void)[] = [];

  constructor(socket: WebSocket, stream: Socket) {
    this.#socket = socket;
    this.#stream = stream;
    stream.on('timeout', () => socket.terminate());
  }

  send(frame: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.bufferedBytes() > 2 * BUFFERED_BYTES_MAX + FRAME_BYTES_MAX) {
      this.#socket.terminate();
      return;
    }
    this.#socket.send(frame, { binary: false }, this.#written);
    if (this.#socket.isPaused || this.bufferedBytes() <= BUFFERED_BYTES_MAX) return;
    this.#socket.pause();
    this.#stream.setTimeout(STALLED_WRITE_MS_MAX);
  }

  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, reason);
    // The answer to the close frame must be read.
    this.#socket.resume();
  }

  bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  onDrain(run: () => void): void {
    this.#drainWaiters.push(run);
    // Else the last frame that waits tells when it is gone.
    if (this.bufferedBytes() === 0) queueMicrotask(this.#written);
  }

  /** Runs after each frame that the system has taken. */
  readonly #written = (): void => {
    if (this.#socket.readyState !== this.#socket.OPEN || this.bufferedBytes() > BUFFERED_BYTES_MAX) return;
    if (this.#socket.isPaused) {
      this.#stream.setTimeout(0);
      this.#socket.resume();
    }
    for (const run of this.#drainWaiters.splice(0)) run();
  };
}
