import type { CloseCode } from '@telepat/otto-protocol';

/**
 * One live connection, as the core sees it. Calls never throw and never wait; after `close` the host may ignore
 * `send`, and reports the end once through `Connection.closed()`.
 */
export interface Peer {
  /**
   * Sends one text frame: a string, or UTF-8 bytes that are passed on as they came. No outcome depends
   * on one that is sent `soon`: the host may hold it back for a millisecond, so that it goes out together with the next
   * one, in order.
   */
  send(frame: string | Uint8Array, urgency?: 'soon'): void;
  /** Sends a protocol-level ping; the host reports the answer through `Connection.ponged()`. */
  ping(): void;
  close(code: CloseCode, reason: string): void;
  /** Bytes accepted by `send` that the other side has not taken yet. */
  bufferedBytes(): number;
  /** Runs once, when `bufferedBytes` has fallen below the host's limit again; never when the connection ends first. */
  onDrain(run: () => void): void;
}

/** What the host knows of a connection before its first frame. */
export interface Opening {
  /** The role that the upgrade's query named; decides the origin rule and is final. */
  readonly role: 'controller' | 'node' | undefined;
  /** For the log. */
  readonly remoteAddress: string;
  /** Told once, when the peer has shown who it is: what guards against strangers may go. */
  readonly onAuthenticated?: () => void;
}
