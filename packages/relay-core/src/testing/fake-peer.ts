import type { CloseCode } from '@telepat/otto-protocol';
import type { Peer } from '../ports/peer.js';
import { decodeUtf8 } from './utf8.js';

/** The far end of a connection in memory: remembers what it was sent. */
export class FakePeer implements Peer {
  /** Every frame that was sent, parsed. */
  readonly received: ReceivedFrame[] = [];
  /** The same frames as they were sent. */
  readonly raw: (string | Uint8Array)[] = [];
  /** Ids and types of those that the host may hold back for a moment. */
  readonly soon: string[] = [];
  closedWith: { code: CloseCode; reason: string } | undefined;
  pings = 0;
  /** What `bufferedBytes` answers: set it to play a slow reader. */
  buffered = 0;
  readonly #drainWaiters: (() => void)[] = [];
  /** Runs when the core closes the connection; a host answers with `Connection.closed()`. */
  onClose: (() => void) | undefined;
  /** Runs with the text of each frame, as it is sent. */
  onText: ((text: string) => void) | undefined;

  send(frame: string | Uint8Array, urgency?: 'soon'): void {
    this.raw.push(frame);
    const text = typeof frame === 'string' ? frame : decodeUtf8(frame);
    // Frames of the relay are envelopes; tests look at their fields.
    const received = JSON.parse(text) as ReceivedFrame;
    this.received.push(received);
    if (urgency === 'soon') this.soon.push(`${received.requestId} ${String(received.payload['type'])}`);
    this.onText?.(text);
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: CloseCode, reason: string): void {
    if (this.closedWith !== undefined) return;
    this.closedWith = { code, reason };
    this.onClose?.();
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  onDrain(run: () => void): void {
    this.#drainWaiters.push(run);
  }

  /** How many wait for the slow reader. */
  get drainWaiterCount(): number {
    return this.#drainWaiters.length;
  }

  /** The slow reader has caught up. */
  drain(): void {
    this.buffered = 0;
    for (const run of this.#drainWaiters.splice(0)) run();
  }
}

export interface ReceivedFrame {
  readonly messageType: string;
  readonly requestId: string;
  readonly senderRole: string;
  readonly traceId?: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
