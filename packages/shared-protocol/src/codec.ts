import { MESSAGE_TYPES, SENDER_ROLES, type Envelope } from './envelope.js';
import { isObject } from './json.js';
import { KEPT_STRING_LENGTH_MAX } from './limits.js';
import { OttoError } from './otto-error.js';
import { traceIdOf } from './trace-context.js';
import { isCompatibleVersion } from './version.js';

/** The `requestId` of an answer to a frame that has no usable one. */
export const UNKNOWN_REQUEST_ID = 'unknown';

const messageTypes: ReadonlySet<unknown> = new Set(MESSAGE_TYPES);
const senderRoles: ReadonlySet<unknown> = new Set(SENDER_ROLES);

/**
 * Parses one text frame and checks its envelope; the payload stays unknown until the row of its message type
 * parses it. Checked by hand, in a fraction of a microsecond, because every frame passes here.
 *
 * @throws FrameError `invalid_json`, `invalid_envelope` or `unsupported_protocol_version`, with the `requestId` to
 *   answer to.
 */
export function decodeFrame(text: string): Envelope {
  const value = parseJson(text);
  if (!isObject(value)) throw new FrameError('invalid_envelope', UNKNOWN_REQUEST_ID, 'A frame must be a JSON object.');

  const requestId = usableRequestId(value['requestId']);
  const problem = problemOf(value);
  if (problem !== undefined) throw new FrameError('invalid_envelope', requestId ?? UNKNOWN_REQUEST_ID, problem);
  if (!isCompatibleVersion(String(value['protocolVersion']))) {
    throw new FrameError('unsupported_protocol_version', requestId ?? UNKNOWN_REQUEST_ID);
  }
  if (value['traceparent'] !== undefined) readTraceparent(value);
  if (!isEnvelope(value)) throw new FrameError('invalid_envelope', requestId ?? UNKNOWN_REQUEST_ID);
  return value;
}

/** The text of a frame. */
export function encodeFrame(frame: Envelope): string {
  return JSON.stringify(frame);
}

/** A frame that could not be understood, with the `requestId` that the answer should carry. */
export class FrameError extends OttoError {
  constructor(
    code: 'invalid_json' | 'invalid_envelope' | 'unsupported_protocol_version',
    requestId: string,
    message?: string,
  ) {
    super(code, message === undefined ? { requestId } : { message, requestId });
  }

  override get requestId(): string {
    return this.context.requestId ?? UNKNOWN_REQUEST_ID;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FrameError('invalid_json', UNKNOWN_REQUEST_ID, `The frame is not JSON${placeOf(cause)}.`);
  }
}

/** Where the parser stopped, as far as it tells. Not its own words: they quote the text, and that may hold a token. */
function placeOf(cause: unknown): string {
  const place = /at position \d+/.exec(String(cause))?.[0];
  return place === undefined ? '' : ` (${place})`;
}

/** A frame that names its trace only by its `traceparent` has the `traceId` in there. One that is none is left out. */
function readTraceparent(value: Record<string, unknown>): void {
  const traceId = traceIdOf(value['traceparent']);
  if (traceId === undefined) delete value['traceparent'];
  else value['traceId'] ??= traceId;
}

/** What is wrong with an envelope, as a sentence; undefined when it has all its fields. */
function problemOf(value: Record<string, unknown>): string | undefined {
  if (typeof value['protocolVersion'] !== 'string') return 'protocolVersion must be a string, such as "1.0".';
  if (!isCompatibleVersion(value['protocolVersion'])) return undefined;
  if (!messageTypes.has(value['messageType'])) {
    return `messageType ${named(value['messageType'])} is not one of Otto protocol 1.0.`;
  }
  if (usableRequestId(value['requestId']) === undefined) {
    return `requestId must be a string of 1 to ${KEPT_STRING_LENGTH_MAX} characters.`;
  }
  if (value['traceId'] !== undefined && !isKeptString(value['traceId'])) {
    return `traceId must be a string of at most ${KEPT_STRING_LENGTH_MAX} characters.`;
  }
  if (!senderRoles.has(value['senderRole'])) return 'senderRole must be controller, node or relay.';
  return undefined;
}

function isEnvelope(value: object): value is Envelope {
  // problemOf has checked each field; this only tells the compiler.
  return 'messageType' in value;
}

function usableRequestId(value: unknown): string | undefined {
  return isKeptString(value) && value.length > 0 ? value : undefined;
}

function isKeptString(value: unknown): value is string {
  return typeof value === 'string' && value.length <= KEPT_STRING_LENGTH_MAX;
}

/** A text in quotes; of anything else only its kind, because it may be nested too deep to be written out. */
function named(value: unknown): string {
  return typeof value === 'string' ? `"${shorten(value)}"` : `(${value === undefined ? 'missing' : typeof value})`;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
