import type { Listener } from './listener.js';
import type { Session } from './session.js';

/**
 * What outlives a `command.test` whose result declared listeners: the subscriptions that its session makes for them
 * belong together, and one `result` more under its `requestId` ends them all.
 */
export interface Stream {
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly traceparent: string | undefined;
  readonly nodeId: string;
  readonly tabSessionId: string | undefined;
  readonly action: string;
  readonly session: Session;
  readonly declared: ReadonlySet<string>;
  readonly joined: Set<Listener>;
  /** Monotonic milliseconds. */
  readonly openedAt: number;
  /** Runs with its end. */
  readonly ended: (() => void) | undefined;
}
