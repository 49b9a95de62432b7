import type { CDPSession } from 'playwright-core';

/** A DevTools session with one target, whichever way it is reached. */
export interface TargetSession {
  readonly send: CDPSession['send'];
}

/** An event of a session, before anything is known of its parameters. */
export interface TargetEvent {
  readonly method: string;
  readonly params?: unknown;
}
