import type { CDPSession } from 'playwright-core';

/** A DevTools session with one target, whichever way it is reached. */
export interface TargetSession {
  readonly send: CDPSession['send'];
}

/** A session of our own with a page: it tells everything, and can be left. */
export interface PageSession extends TargetSession {
  on(name: 'event', hear: (event: TargetEvent) => void): unknown;
  detach(): Promise<void>;
}

/** An event of a session, before anything is known of its parameters. */
export interface TargetEvent {
  readonly method: string;
  readonly params?: unknown;
}
