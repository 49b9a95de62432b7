import type { CommandEvent } from './outcome.js';
import type { RetryPolicy } from './repeat-command.js';

/** One command to one node. */
export interface Command extends CommandOptions {
  readonly action: string;
  readonly input: object;
}

/** How a command is to be sent. */
export interface CommandOptions {
  readonly nodeId: string;
  readonly tabSessionId?: string | undefined;
  /** One budget in milliseconds for waiting, running, reconnecting and repeating together. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** What to do when the tab is busy: fail at once (the relay's default), or wait. */
  readonly waitPolicy?: 'fail_fast' | 'wait_with_timeout' | undefined;
  /**
   * Makes the command durable: with the same key it is never carried out twice, and it is submitted again by itself
   * when the connection, or that of its node, was lost. 1–200 characters, a new one for every new command.
   */
  readonly idempotencyKey?: string | undefined;
  /** Repeats the command when it failed and a repeat is safe. Default: never. */
  readonly retry?: boolean | RetryPolicy | undefined;
  /** Aborting cancels the command; the promise then settles with what became of it. */
  readonly signal?: AbortSignal | undefined;
  /** Told of the command's way: `queued`, `routed`, when it is sent again, and what its node warns of. */
  readonly onEvent?: ((event: CommandEvent) => void) | undefined;
  /** Names the trace that the command is a part of, in every frame and log entry about it. At most 200 characters. */
  readonly traceId?: string | undefined;
  /** The same as W3C Trace Context, such as a tracing library's `traceparent` header. */
  readonly traceparent?: string | undefined;
}
