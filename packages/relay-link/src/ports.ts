/** A text WebSocket, as browsers and Node have it. Exactly one `onClose` follows every `openSocket`. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Bytes that were given to `send` and are not on their way yet, where the host can tell. */
  bufferedBytes?(): number;
}

export interface SocketHandlers {
  onOpen(): void;
  onText(text: string): void;
  /** The end, also of an attempt that never opened. `reason` is a sentence for people. */
  onClose(code: number, reason: string): void;
}

/** Opens a socket to a URL. It never throws: failure is an `onClose`. */
export type OpenSocket = (url: string, handlers: SocketHandlers) => Socket;

/** Time, as the host has it. */
export interface Clock {
  /** Wall time in epoch milliseconds. */
  now(): number;
  /** Monotonic milliseconds. */
  ticks(): number;
  after(ms: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Evenly distributed in [0, 1). */
export type Random = () => number;

/** Gives an access token that the relay will accept now. */
export interface TokenSource {
  /**
   * A token; with `renew: true` the last one was refused, so a new one is needed.
   * @throws OttoError when there is none to be had: the link stops trying if that is not retryable, and also after
   *   `invalid_access_token`, which says that there is nothing to renew with. After anything else that is thrown, it
   *   tries again.
   */
  accessToken(options: { renew: boolean }): Promise<string>;
  /**
   * In how many milliseconds the token should be renewed, which `accessToken` then does unasked; undefined when it need
   * not or cannot be. A source that has it is looked after while the link is ready.
   */
  renewInMs?(): number | undefined;
}
