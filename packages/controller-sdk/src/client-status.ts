import type { OttoError } from '@telepat/otto-protocol';
import type { LinkState } from '@telepat/otto-relay-link';
import { tell } from './tell.js';

/** Keeps the one word of truth about the connection, and tells those who asked of each change. */
export class StatusFeed {
  #status: ClientStatus = { phase: 'connecting' };
  readonly #listeners = new Set<StatusListener>();

  get current(): ClientStatus {
    return this.#status;
  }

  /** Returns how to stop it. */
  on(listener: StatusListener): () => void {
    // A function that is given twice is told twice, and each can be stopped alone.
    const told: StatusListener = (status) => listener(status);
    this.#listeners.add(told);
    return () => void this.#listeners.delete(told);
  }

  /** Takes what the link says of itself. */
  take(state: LinkState): void {
    const status = this.#after(state);
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) tell(listener, status);
  }

  #after(state: LinkState): ClientStatus {
    switch (state.phase) {
      case 'ready':
        return { phase: 'connected' };
      case 'closed':
        return { phase: 'closed', ...(state.error === undefined ? {} : { error: state.error }) };
      case 'waiting':
        return { phase: 'reconnecting', error: state.error, retryInMs: state.retryInMs };
      case 'connecting':
        return this.#trying();
      case 'proving':
        return this.#status;
    }
  }

  /** The first try is no reconnecting; a later one still has the reason of the loss. */
  #trying(): ClientStatus {
    if (this.#status.phase !== 'reconnecting') return { phase: 'connecting' };
    return { phase: 'reconnecting', error: this.#status.error, retryInMs: 0 };
  }
}

/** What is going on with the connection: `closed` is for good, `reconnecting` heals by itself. */
export type ClientStatus =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected' }
  /** `error` is why the last try ended; the next one begins in `retryInMs`, and is under way when that is 0. */
  | { readonly phase: 'reconnecting'; readonly error: OttoError; readonly retryInMs: number }
  /** Without an error: we left. */
  | { readonly phase: 'closed'; readonly error?: OttoError };

/** Is told of each change of the status. */
export type StatusListener = (status: ClientStatus) => void;
