import { errorRow, type ErrorCategory, type ErrorCode } from './errors.js';
import { isObject } from './json.js';
import { OttoError, type ErrorContext, type ForeignCode } from './otto-error.js';

/**
 * A fault that the other side reported, exactly as it said it: the code may be a node's own, and category, hint and
 * whether to retry are its word, not the catalogue's. It is an OttoError, so that one `catch` fits both.
 *
 * @example throw new RemoteError(frame.payload, frame.requestId)
 */
export class RemoteError extends OttoError {
  override readonly code: ErrorCode | ForeignCode;
  readonly #category: ErrorCategory;
  readonly #retryable: boolean;

  /** `payload` is that of an `error` frame; what it lacks is filled in from the catalogue. */
  constructor(payload: unknown, requestId?: string) {
    const said = isObject(payload) ? payload : {};
    const code = textOf(said['code']) ?? 'internal_error';
    super('internal_error', contextOf(said, code, requestId));
    this.code = code;
    this.#category = CATEGORIES.find((category) => category === said['category']) ?? errorRow(code).category;
    this.#retryable = said['retryable'] === true;
  }

  override get category(): ErrorCategory {
    return this.#category;
  }

  override get retryable(): boolean {
    return this.#retryable;
  }
}

const CATEGORIES: readonly ErrorCategory[] = [
  'auth',
  'validation',
  'routing',
  'execution',
  'timeout',
  'lock_conflict',
  'internal',
];

/** The fields of context that travel as text. */
const TEXT_FIELDS = ['action', 'stage', 'nodeId', 'clientId', 'tabSessionId', 'relayTime'] as const;

function contextOf(said: Record<string, unknown>, code: string, requestId: string | undefined): ErrorContext {
  const context: ErrorContext = {
    message: textOf(said['message']) ?? errorRow(code).message,
    actionableHint: textOf(said['actionableHint']) ?? errorRow(code).hint,
  };
  if (requestId !== undefined) context.requestId = requestId;
  if (said['effect'] === 'none' || said['effect'] === 'unknown') context.effect = said['effect'];
  if (typeof said['retryAfterMs'] === 'number') context.retryAfterMs = said['retryAfterMs'];
  for (const field of TEXT_FIELDS) {
    const text = textOf(said[field]);
    if (text !== undefined) context[field] = text;
  }
  return context;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
