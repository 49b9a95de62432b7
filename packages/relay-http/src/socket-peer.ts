import type { Socket } from 'node:net';
import { CLOSE_CODES, type CloseCode } from '@telepat/otto-protocol';
import { STALLED_WRITE_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Peer } from '@telepat/otto-relay-core';
import type { WebSocket } from 'ws';
import { HeldStream, type WriteRound } from './write-round.js';

const TEXT_FRAME = { binary: false };

/** More than this is not held back for the frames that may follow: from here on, one call more costs nothing. */
const HELD_BYTES_MAX = 64 * 1024;

/** What the reason of a close frame may hold (RFC 6455, 5.5). */
const CLOSE_REASON_BYTES_MAX = 123;

/**
 * A peer over one WebSocket. Frames go out as they are given. Nothing is ever dropped: while more waits to be written
 * than allowed, nothing is read from the peer, so that its own frames cannot make more; one that takes nothing for
 * too long, or lets twice as much pile up, is closed.
 */
export class SocketPeer implements Peer {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly #limits: SocketPeerLimits;
  readonly #round: WriteRound;
  readonly #held: HeldStream;
  #isClosing = false;
  #isOverLimit = false;
  readonly #drainWaiters: (() => void)[] = [];

  constructor(socket: WebSocket, { stream, limits, round }: SocketPeerParts) {
    this.#socket = socket;
    this.#stream = stream;
    this.#limits = limits;
    this.#round = round;
    this.#held = new HeldStream(stream);
  }

  /** The relay has closed this peer: what still comes from it is of no interest. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  send(frame: string | Uint8Array, urgency?: 'soon'): void {
    if (this.#isClosing) return;
    const { maxBufferedBytes, maxFrameBytes } = this.#limits;
    if (this.#isOverLimit && this.bufferedBytes() > 2 * maxBufferedBytes + maxFrameBytes) {
      this.#giveUp('The peer does not take what it is sent.');
      return;
    }
    if (urgency === 'soon') this.#round.holdNews(this.#held);
    else this.#round.hold(this.#held);
    this.#socket.send(frame, TEXT_FRAME, this.#written);
    if (this.bufferedBytes() > Math.min(HELD_BYTES_MAX, maxBufferedBytes)) this.#round.release(this.#held);
    if (!this.#isOverLimit && this.bufferedBytes() > maxBufferedBytes) this.#stopReading();
  }

  ping(): void {
    if (!this.#isClosing) this.#socket.ping();
  }

  close(code: CloseCode, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const fits = Buffer.byteLength(reason) <= CLOSE_REASON_BYTES_MAX;
    this.#socket.close(code, fits ? reason : '');
    if (code === CLOSE_CODES.frame_too_large) this.#hangUp();
    // The answer to the close frame must be read.
    else this.#socket.resume();
  }

  bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  onDrain(run: () => void): void {
    this.#drainWaiters.push(run);
    // Else the last frame that waits tells when it is gone.
    if (this.bufferedBytes() === 0) queueMicrotask(this.#written);
  }

  /** Runs after each frame that the system has taken; when writing fails, the socket's own end follows. */
  readonly #written = (): void => {
    if (!this.#isOverLimit && this.#drainWaiters.length === 0) return;
    if (this.#isClosing || this.bufferedBytes() > this.#limits.maxBufferedBytes) return;
    if (this.#isOverLimit) this.#readOn();
    for (const run of this.#drainWaiters.splice(0)) run();
  };

  #stopReading(): void {
    this.#isOverLimit = true;
    this.#socket.pause();
    // A stream's timeout is put off by every byte that the system takes, also in the middle of a large frame.
    this.#stream.prependListener('timeout', this.#stalled);
    this.#stream.setTimeout(this.#limits.stalledWriteMs ?? STALLED_WRITE_MS_MAX);
  }

  #readOn(): void {
    this.#isOverLimit = false;
    this.#stream.setTimeout(0);
    this.#stream.removeListener('timeout', this.#stalled);
    this.#socket.resume();
  }

  readonly #stalled = (): void => {
    this.#giveUp('The peer has stopped reading.');
  };

  /** Says that no more comes, and reads no more: the rest of a frame that is too large would only take memory. */
  #hangUp(): void {
    this.#socket.pause();
    this.#stream.end();
  }

  /** No answer to a close frame can come from a peer that does not read. */
  #giveUp(reason: string): void {
    this.close(CLOSE_CODES.policy, reason);
    this.#socket.terminate();
  }
}

/** What a peer needs beside its WebSocket. */
export interface SocketPeerParts {
  /** What the WebSocket runs over. */
  readonly stream: Socket;
  readonly limits: SocketPeerLimits;
  /** Shared by all peers of a server. */
  readonly round: WriteRound;
}

/** What may wait for one peer. */
export interface SocketPeerLimits {
  readonly maxBufferedBytes: number;
  readonly maxFrameBytes: number;
  /** How long a peer over its limit may take nothing. */
  readonly stalledWriteMs?: number;
}
