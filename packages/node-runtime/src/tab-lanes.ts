import { abortReason } from './abort-reason.js';

/**
 * Serial within a tab, parallel across tabs. Who waits leaves at once when its signal aborts; the lane passes to the
 * next only when the one that holds it lets go.
 */
export class TabLanes {
  readonly #lanes = new Map<string, Waiter[]>();

  /** Resolves with the way to let go of the tab, when it is the caller's turn; rejects when the signal aborts first. */
  enter(tabSessionId: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(abortReason(signal));
    const waiting = this.#lanes.get(tabSessionId);
    if (waiting === undefined) {
      this.#lanes.set(tabSessionId, []);
      return Promise.resolve(this.#exitOf(tabSessionId));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(abortReason(signal));
      };
      const waiter: Waiter = () => {
        signal.removeEventListener('abort', leave);
        resolve(this.#exitOf(tabSessionId));
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(waiter);
    });
  }

  #exitOf(tabSessionId: string): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#lanes.get(tabSessionId)?.shift();
      if (next === undefined) this.#lanes.delete(tabSessionId);
      else next();
    };
  }
}

type Waiter = () => void;
