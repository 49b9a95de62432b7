import { errorRow, isErrorCode, type ErrorCategory, type ErrorCode } from './errors.js';

/**
 * A fault that a peer or a user may see. Category, sentence, hint and retry rule come from the catalogue.
 *
 * @example throw new OttoError('node_offline', { nodeId, effect: 'none' });
 */
export class OttoError extends Error {
  override readonly name = 'OttoError';
  /** Of the catalogue when it was thrown here; an error that came over the wire may have a code of its maker's. */
  readonly code: ErrorCode | ForeignCode;
  readonly context: ErrorContext;

  constructor(code: ErrorCode, context: ErrorContext = {}, options?: ErrorOptions) {
    super(context.message ?? errorRow(code).message, options);
    this.code = code;
    this.context = context;
  }

  get category(): ErrorCategory {
    return errorRow(this.code).category;
  }

  get hint(): string {
    return this.context.actionableHint ?? errorRow(this.code).hint;
  }

  /** The hint under its name on the wire. */
  get actionableHint(): string {
    return this.hint;
  }

  get effect(): Effect | undefined {
    return this.context.effect;
  }

  /** The exchange in which it happened, where there was one. */
  get requestId(): string | undefined {
    return this.context.requestId;
  }

  /** True when the catalogue marks the code and a repeat is known to be safe. */
  get retryable(): boolean {
    return isRetryable(this.code, { ...this.context, effect: this.context.effect ?? this.#presumedEffect() });
  }

  /** Where nothing is said: a refusal had no effect, and nobody knows of what was under way. */
  #presumedEffect(): Effect {
    const isUnderWay = this.category === 'execution' || this.category === 'timeout' || LOST_CODES.has(this.code);
    return isUnderWay ? 'unknown' : 'none';
  }

  /** The payload of an `error` frame. */
  toPayload(): ErrorPayload {
    const {
      message: _message,
      requestId: _requestId,
      readOnly: _readOnly,
      durable: _durable,
      ...fields
    } = this.context;
    return {
      category: this.category,
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      actionableHint: this.hint,
      ...fields,
    };
  }

  /** What was thrown, as an OttoError; anything foreign becomes `internal_error` with the original as its cause. */
  static from(reason: unknown): OttoError {
    return reason instanceof OttoError ? reason : new OttoError('internal_error', {}, { cause: reason });
  }
}

/** What cuts off something that may have reached its node. */
const LOST_CODES: ReadonlySet<string> = new Set(['node_disconnected', 'relay_disconnected', 'relay_shutting_down']);

/**
 * Whether to tell a client that it may simply send again: the catalogue marks the code, and the command had no
 * effect, reads only, or is durable.
 */
export function isRetryable(
  code: string,
  facts: { effect: Effect; readOnly?: boolean | undefined; durable?: boolean | undefined },
): boolean {
  if (!isErrorCode(code) || !errorRow(code).canRetry) return false;
  return facts.effect === 'none' || facts.readOnly === true || facts.durable === true;
}

/** A code that is not in the catalogue, made by a node or a site command. */
export type ForeignCode = string & {};

/** What is known of a failed command's effect: it never reached the node, or nobody knows. */
export type Effect = 'none' | 'unknown';

/** Ids and facts that travel with an error; never payloads or secrets. */
export interface ErrorContext {
  /** A sentence for this case, in place of the catalogue's. */
  message?: string;
  actionableHint?: string;
  effect?: Effect;
  /** The action only reads, so that a repeat is safe. Not sent. */
  readOnly?: boolean;
  /** The command carried an idempotency key, so that a repeat is safe. Not sent. */
  durable?: boolean;
  /** The exchange in which it happened. Not sent: the frame around the payload has it. */
  requestId?: string;
  action?: string;
  stage?: string;
  nodeId?: string;
  clientId?: string;
  tabSessionId?: string;
  retryAfterMs?: number;
  relayTime?: string;
}

/** The payload of an `error` frame. Nodes may send codes of their own, so `code` is any string. */
export interface ErrorPayload {
  category: ErrorCategory;
  code: string;
  message: string;
  retryable?: boolean;
  effect?: Effect;
  action?: string;
  stage?: string;
  nodeId?: string;
  clientId?: string;
  tabSessionId?: string;
  actionableHint?: string;
  retryAfterMs?: number;
  relayTime?: string;
}
