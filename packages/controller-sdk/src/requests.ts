import {
  OttoError,
  RemoteError,
  isObject,
  type Effect,
  type Envelope,
  type ErrorCode,
  type ErrorContext,
} from '@telepat/otto-protocol';
import type { Clock, Timer } from '@telepat/otto-relay-link';
import { isReadOnly } from './read-only-actions.js';
import { outcomeOf, commandEventOf, type CommandResult, type CommandEvent } from './outcome.js';

/**
 * The only place where answers meet requests. Every request that is added settles exactly once: by its terminal frame,
 * by its deadline, or because the connection ended.
 */
export class Requests {
  readonly #clock: Clock;
  readonly #live = new Map<string, LiveRequest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers a request; `answered` settles it. Call it before the frame is sent. */
  add(request: Request): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const live: LiveRequest = { ...request, resolve, reject, deadline: undefined };
      this.#live.set(request.requestId, live);
      this.#arm(live, request.deadlineMs);
    });
  }

  /** Brings the deadline of a request forward to `ms` from now, because it was asked to stop. */
  hurry(requestId: string, ms: number): void {
    const live = this.#live.get(requestId);
    if (live === undefined) return;
    live.deadline?.cancel();
    this.#arm(live, ms);
  }

  /** Hands over a frame of the relay; frames that belong to no live request are late and mean nothing any more. */
  answered(frame: Envelope): void {
    const live = this.#live.get(frame.requestId);
    if (live === undefined) return;
    switch (frame.messageType) {
      case 'event':
        this.#tell(live, frame.payload);
        return;
      case 'error':
        this.#forget(live).reject(new RemoteError(frame.payload, frame.requestId));
        return;
      case 'result': {
        const outcome = outcomeOf(frame);
        const { resolve, reject } = this.#forget(live);
        if (outcome instanceof OttoError) reject(outcome);
        else resolve(outcome);
        return;
      }
      default:
        return;
    }
  }

  /** Fails one request that never left this machine. */
  fail(requestId: string, code: ErrorCode, facts: { message?: string; effect: Effect }): void {
    const live = this.#live.get(requestId);
    if (live !== undefined) this.#forget(live).reject(errorOf(live, code, facts));
  }

  /** Fails everything that is live: its answers went with the connection. */
  failAll(code: ErrorCode, facts: { message?: string; effect: Effect }): void {
    for (const live of [...this.#live.values()]) this.#forget(live).reject(errorOf(live, code, facts));
  }

  #arm(live: LiveRequest, ms: number): void {
    live.deadline = this.#clock.after(ms, () => this.fail(live.requestId, 'client_timeout', { effect: 'unknown' }));
  }

  #tell(live: LiveRequest, payload: unknown): void {
    const event = commandEventOf(isObject(payload) ? payload : {});
    if (event !== undefined) live.onEvent?.(event);
  }

  #forget(live: LiveRequest): LiveRequest {
    live.deadline?.cancel();
    this.#live.delete(live.requestId);
    return live;
  }
}

function errorOf(live: Request, code: ErrorCode, facts: { message?: string; effect: Effect }): OttoError {
  const context: ErrorContext = {
    ...facts,
    requestId: live.requestId,
    action: live.action,
    nodeId: live.nodeId,
    readOnly: isReadOnly(live.action),
  };
  if (live.tabSessionId !== undefined) context.tabSessionId = live.tabSessionId;
  return new OttoError(code, context);
}

/** What must be known of a request to settle it. */
export interface Request {
  readonly requestId: string;
  readonly action: string;
  readonly nodeId: string;
  readonly tabSessionId?: string | undefined;
  readonly deadlineMs: number;
  readonly onEvent?: ((event: CommandEvent) => void) | undefined;
}

interface LiveRequest extends Request {
  deadline: Timer | undefined;
  resolve(result: CommandResult): void;
  reject(error: OttoError): void;
}
