import type { Session } from './session.js';
import type { Stream } from './stream.js';

/** One active subscription: the node sends updates under its `requestId`, and its session alone receives them. */
export interface Listener {
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly traceparent: string | undefined;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly nodeId: string;
  readonly name: string;
  readonly session: Session;
  /** The stream session that it joined. */
  readonly stream: Stream | undefined;
  readonly tally: ListenerTally;
  /** Updates left out since the session last read fast enough. */
  droppedCount: number;
}

/** What the log has not been told yet. */
export interface ListenerTally {
  count: number;
  bytes: number;
  dropped: number;
}
