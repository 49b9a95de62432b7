import {
  OttoError,
  RemoteError,
  UTF8_BYTES_MAX,
  isObject,
  type Effect,
  type Envelope,
  type ErrorCode,
} from '@telepat/otto-protocol';
import {
  COMMAND_TIMEOUT_MS_DEFAULT,
  COMMAND_TIMEOUT_MS_MIN,
  DRAIN_MS_MAX,
  UNAUTHENTICATED_FRAME_BYTES_MAX,
} from '@telepat/otto-protocol/limits';
import { backoffMs, type Timer } from '@telepat/otto-relay-link';
import type { Command } from './command.js';
import { commandEventOf, outcomeOf, type CommandEvent, type CommandResult } from './outcome.js';
import { isReadOnly } from './is-read-only.js';
import type { Loss, Session, SessionMember, TakeFrame } from './session.js';
import { tell } from './tell.js';

/** What the client waits beyond the relay's own deadline, which normally settles first. */
export const DEADLINE_MARGIN_MS = 5_000;

/**
 * One command, from its first frame to its outcome. It settles exactly once: by its terminal frame, by its deadline, or
 * because the connection was lost; a durable one waits for the connection instead, and is submitted again.
 */
export class RunningCommand implements SessionMember {
  readonly #session: Session;
  readonly #command: Command;
  readonly #onSuccess: OnSuccess | undefined;
  readonly #budgetMs: number;
  #resolve: (result: CommandResult) => void = () => {};
  #reject: (error: OttoError) => void = () => {};
  #requestId: string;
  #endsAt = 0;
  #submissions = 0;
  #frameLength = 0;
  /** The relay has it, or may have it: it is what a cancelling frame can name. */
  #isAtRelay = false;
  #isAcknowledged = false;
  #isCancelling = false;
  #isSettled = false;
  #leave: () => void = () => {};
  #deadline: Timer | undefined;
  #pause: Timer | undefined;

  constructor(session: Session, command: Command, onSuccess?: OnSuccess) {
    this.#session = session;
    this.#command = command;
    this.#onSuccess = onSuccess;
    this.#budgetMs = budgetMsOf(command.timeoutMs);
    this.#requestId = session.newRequestId();
  }

  outcome(): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#begin();
    });
  }

  lost(loss: Loss): void {
    this.#session.forget(this.#requestId);
    this.#isAtRelay = false;
    this.#pause?.cancel();
    // Submitted again, it would cut the connection of everything else again and again.
    if (loss.isFrameTooLarge === true) this.#fail('invalid_command', { message: TOO_LARGE });
    else if (!this.#isDurable || this.#isCancelling || loss.isFinal) this.#failLost(loss);
  }

  returned(): void {
    this.#submit();
  }

  get suspectLength(): number {
    const mayBeTooLarge = this.#frameLength * UTF8_BYTES_MAX > UNAUTHENTICATED_FRAME_BYTES_MAX;
    return this.#isAtRelay && !this.#isAcknowledged && mayBeTooLarge ? this.#frameLength : 0;
  }

  get #isDurable(): boolean {
    return this.#command.idempotencyKey !== undefined;
  }

  #begin(): void {
    const { signal } = this.#command;
    const { clock } = this.#session.platform;
    this.#endsAt = clock.ticks() + this.#budgetMs;
    if (signal?.aborted === true) {
      this.#fail('command_cancelled');
      return;
    }
    this.#leave = this.#session.join(this);
    signal?.addEventListener('abort', this.#cancel, { once: true });
    this.#armDeadline(this.#budgetMs + DEADLINE_MARGIN_MS);
    if (this.#session.isReady) this.#submit();
    else if (!this.#isDurable || this.#session.loss.isFinal) this.#failLost(this.#session.loss);
  }

  #submit(): void {
    if (this.#isSettled) return;
    this.#pause?.cancel();
    if (this.#submissions > 0) {
      this.#session.forget(this.#requestId);
      this.#requestId = this.#session.newRequestId();
      this.#tell({ type: 'resubmitted' });
    }
    this.#send();
  }

  #send(): void {
    // Whoever was told of it may have cancelled it.
    if (this.#isSettled) return;
    this.#session.expect(this.#requestId, (frame) => this.#take(frame));
    const { traceId, traceparent } = this.#command;
    try {
      const ids = { requestId: this.#requestId, traceId, traceparent };
      this.#frameLength = this.#session.send('command', this.#payload(), ids);
    } catch (cause) {
      this.#settleWith(this.#errorOf('invalid_command', { message: NOT_JSON, cause }));
      return;
    }
    this.#isAcknowledged = false;
    this.#isAtRelay = this.#frameLength > 0;
    if (this.#isAtRelay) this.#submissions += 1;
  }

  #take(frame: Envelope): void {
    this.#isAcknowledged = true;
    switch (frame.messageType) {
      case 'event': {
        const event = commandEventOf(isObject(frame.payload) ? frame.payload : {});
        if (event !== undefined) this.#tell(event);
        return;
      }
      case 'error':
        this.#refused(new RemoteError(frame.payload, frame.requestId), frame.payload);
        return;
      case 'result': {
        const outcome = outcomeOf(frame);
        if (outcome instanceof OttoError) this.#settleWith(outcome);
        else this.#succeed(outcome);
        return;
      }
      default:
        return;
    }
  }

  #refused(error: RemoteError, payload: unknown): void {
    if (this.#isDurable && !this.#isCancelling) {
      // The relay goes away; the loss and the return of the connection follow.
      if (error.code === 'relay_shutting_down') return;
      const mayPass = error.code === NODE_LOST || (this.#submissions > 1 && PASSING_CODES.has(error.code));
      if (mayPass && this.#submitAfter(error.context.retryAfterMs)) return;
      // A door that stays shut says nothing of what an earlier submission has done.
      if (this.#submissions > 1 && (mayPass || error.category === 'auth') && isObject(payload)) {
        this.#settleWith(new RemoteError({ ...payload, effect: 'unknown' }, this.#requestId));
        return;
      }
    }
    this.#settleWith(error);
  }

  /** False when there is no time left for it. */
  #submitAfter(ms = backoffMs(this.#submissions, this.#session.platform.random, KNOCK_MS_MAX)): boolean {
    if (this.#session.platform.clock.ticks() + ms > this.#endsAt) return false;
    this.#session.forget(this.#requestId);
    this.#isAtRelay = false;
    this.#pause = this.#session.platform.clock.after(ms, () => {
      if (this.#session.isReady) this.#submit();
    });
    return true;
  }

  /**
   * The outcome comes as the command's own terminal frame, at most a draining time later. One that waits to be submitted
   * again has no frame at the relay, and ends here.
   */
  readonly #cancel = (): void => {
    const { traceId, traceparent } = this.#command;
    const ids = { requestId: this.#session.newRequestId(), traceId, traceparent };
    if (this.#isAtRelay && this.#session.send('command_cancel', { targetRequestId: this.#requestId }, ids)) {
      this.#isCancelling = true;
      this.#armDeadline(DRAIN_MS_MAX + DEADLINE_MARGIN_MS);
    } else {
      this.#fail('command_cancelled');
    }
  };

  #payload(): object {
    const { nodeId, action, input, tabSessionId, timeoutMs, waitPolicy, idempotencyKey } = this.#command;
    const isFirst = this.#submissions === 0;
    const leftMs = Math.max(COMMAND_TIMEOUT_MS_MIN, this.#endsAt - this.#session.platform.clock.ticks());
    const isLate = leftMs < this.#budgetMs && !isFirst;
    return {
      targetNodeId: nodeId,
      action,
      payload: input,
      ...(tabSessionId === undefined ? {} : { tabSessionId }),
      ...(isLate ? { timeoutMs: leftMs } : timeoutMs === undefined ? {} : { timeoutMs }),
      ...(waitPolicy === undefined ? {} : { waitPolicy }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      replayNonce: this.#session.newRequestId(),
    };
  }

  #armDeadline(ms: number): void {
    const { clock } = this.#session.platform;
    this.#deadline?.cancel();
    this.#deadline = clock.after(ms, () => this.#fail('client_timeout'));
  }

  #tell(event: CommandEvent): void {
    tell(this.#command.onEvent, event);
  }

  #failLost({ code, message = NO_CONNECTION }: Loss): void {
    this.#fail(code, { message });
  }

  #fail(code: ErrorCode, facts: { message?: string } = {}): void {
    this.#settleWith(this.#errorOf(code, facts));
  }

  #errorOf(code: ErrorCode, { message, cause }: { message?: string; cause?: unknown }): OttoError {
    const { action, nodeId, tabSessionId } = this.#command;
    const effect: Effect = this.#submissions > 0 ? 'unknown' : 'none';
    const context = {
      effect,
      requestId: this.#requestId,
      action,
      nodeId,
      readOnly: isReadOnly(action),
      durable: this.#isDurable,
      ...(tabSessionId === undefined ? {} : { tabSessionId }),
      ...(message === undefined ? {} : { message }),
    };
    return new OttoError(code, context, cause === undefined ? undefined : { cause });
  }

  #succeed(result: CommandResult): void {
    this.#end();
    const further = this.#onSuccess?.(result);
    if (further !== undefined) this.#session.expect(this.#requestId, further);
    if (result.warnings !== undefined) this.#tell({ type: 'warned', warnings: result.warnings });
    this.#resolve(result);
  }

  #settleWith(error: OttoError): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#isSettled = true;
    this.#deadline?.cancel();
    this.#pause?.cancel();
    this.#session.forget(this.#requestId);
    this.#leave();
    this.#command.signal?.removeEventListener('abort', this.#cancel);
  }
}

/** The node went away with the command, or before it got it: when it is back, it knows. */
const NODE_LOST = 'node_disconnected';

/** What passes by itself, so that a durable command that was submitted before may knock again. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'rate_limited',
  'node_offline',
  'node_busy',
  'too_many_commands',
  'journal_unavailable',
]);

/** Nodes and relays come back within seconds: nobody waits longer between two knocks. */
const KNOCK_MS_MAX = 1_500;

const TOO_LARGE = 'The relay closed the connection because of too large a frame, and that may have been this command.';
const NO_CONNECTION = 'There is no connection to the relay for now.';
const NOT_JSON = 'The input of the command cannot be written as JSON.';

/** The relay raises a smaller budget; a number that is none is left to the relay to refuse. */
function budgetMsOf(timeoutMs = COMMAND_TIMEOUT_MS_DEFAULT): number {
  if (!Number.isFinite(timeoutMs)) return COMMAND_TIMEOUT_MS_DEFAULT;
  return Math.max(timeoutMs, COMMAND_TIMEOUT_MS_MIN);
}

/**
 * Called with a good result before anything else can arrive; what it gives takes the frames that follow under the
 * command's id, until the session forgets the id.
 */
type OnSuccess = (result: CommandResult) => TakeFrame | undefined;
