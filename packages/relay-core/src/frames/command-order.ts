import {
  OttoError,
  WAIT_POLICIES,
  actionDescriptor,
  encodeFrame,
  isDeeperThan,
  isObject,
  type Envelope,
} from '@telepat/otto-protocol';
import {
  COMMAND_TIMEOUT_MS_DEFAULT,
  COMMAND_TIMEOUT_MS_MIN,
  JSON_DEPTH_MAX,
  KEPT_STRING_LENGTH_MAX,
} from '@telepat/otto-protocol/limits';
import { canonicalJson } from '../durable/canonical-json.js';
import type { LogBook } from '../logs/log-book.js';
import { OutgoingText } from '../node/outgoing-text.js';
import type { CommandOrder } from '../node/pending-command.js';

/** Keys of the action's input that begin so are the relay's own. */
const RELAY_KEY_PREFIX = '__';

/** Where listener commands name what they are about. */
const SUBJECT_KEYS: ReadonlyMap<string, string> = new Map([
  ['listener.subscribe', 'listener'],
  ['listener.unsubscribe', 'targetRequestId'],
]);

/**
 * What a command asks for, checked, with the frame that will be sent to the node: encoded anew from what was checked,
 * so that no duplicate key or relay-owned field of a controller gets through.
 *
 * @throws OttoError `missing_target_node`, `invalid_command`, `invalid_envelope`
 */
export function makeOrder(frame: Envelope, bytes: Uint8Array, options: MakeOrderOptions): CommandOrder {
  const payload = frame.payload;
  if (!isObject(payload)) throw invalid('payload must be an object.');
  if (payload['targetNodeId'] === undefined || payload['targetNodeId'] === '') {
    throw new OttoError('missing_target_node', { effect: 'none' });
  }
  if (isDeeperThan(frame, JSON_DEPTH_MAX)) {
    throw new OttoError('invalid_envelope', {
      effect: 'none',
      message: 'The command is nested deeper than 64 levels.',
    });
  }
  const nodeId = keptString(payload, 'targetNodeId');
  const action = keptString(payload, 'action');

  const input = inputOf(payload);
  const tabSessionId = tabOf(payload, input);
  const timeoutMs = budgetOf(payload['timeoutMs'], options.timeoutMsMax);
  const descriptor = actionDescriptor(action);
  const checkedInput = relayOwned(input, descriptor?.needsCaller === true ? options.caller : undefined);
  const checked: Record<string, unknown> = { ...payload, payload: checkedInput, timeoutMs };
  if (tabSessionId !== undefined) checked['tabSessionId'] = tabSessionId;
  const skipsQueue = action === 'primitive.tab.close' && input['force'] === true;
  return {
    requestId: frame.requestId,
    traceId: frame.traceId,
    traceparent: frame.traceparent,
    nodeId,
    action,
    lane: skipsQueue ? undefined : tabSessionId,
    tabSessionId,
    subject: subjectOf(action, input),
    waits: waits(payload['waitPolicy']),
    timeoutMs,
    readOnly: descriptor?.readOnly === true,
    durable: durableOf(payload, { action, tabSessionId, input }, options.digest),
    outgoing: new OutgoingText(encodeFrame({ ...frame, payload: checked })),
    byteLength: bytes.byteLength,
    summary: options.log.summary(input, bytes.byteLength),
  };
}

function keptString(payload: Record<string, unknown>, key: string): string {
  const value = payload[key];
  if (typeof value === 'string' && value.length > 0 && value.length <= KEPT_STRING_LENGTH_MAX) return value;
  throw invalid(`${key} must be a string of 1 to ${KEPT_STRING_LENGTH_MAX} characters.`);
}

function inputOf(payload: Record<string, unknown>): Record<string, unknown> {
  const input = payload['payload'] ?? {};
  if (!isObject(input)) throw invalid('payload.payload, the input of the action, must be an object.');
  return input;
}

function tabOf(payload: Record<string, unknown>, input: Record<string, unknown>): string | undefined {
  if (payload['tabSessionId'] !== undefined) return keptString(payload, 'tabSessionId');
  return input['tabSessionId'] === undefined ? undefined : keptString(input, 'tabSessionId');
}

/** What the relay itself keeps of a listener command. */
function subjectOf(action: string, input: Record<string, unknown>): string | undefined {
  const key = SUBJECT_KEYS.get(action);
  const value = key === undefined ? undefined : input[key];
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length > KEPT_STRING_LENGTH_MAX)
    throw invalid(`${key} is longer than ${KEPT_STRING_LENGTH_MAX} characters.`);
  return value;
}

function budgetOf(timeoutMs: unknown, timeoutMsMax: number): number {
  if (timeoutMs === undefined) return Math.min(COMMAND_TIMEOUT_MS_DEFAULT, timeoutMsMax);
  if (typeof timeoutMs !== 'number' || !Number.isFinite(timeoutMs)) throw invalid('timeoutMs must be a finite number.');
  return Math.min(Math.max(timeoutMs, COMMAND_TIMEOUT_MS_MIN), timeoutMsMax);
}

function waits(waitPolicy: unknown): boolean {
  if (waitPolicy === undefined || waitPolicy === 'fail_fast') return false;
  if (waitPolicy === 'wait_with_timeout') return true;
  throw invalid(`waitPolicy must be ${WAIT_POLICIES.join(' or ')}.`);
}

/** What an outcome on record would promise again is gone with the session: it cannot be had under a key. */
function durableOf(
  payload: Record<string, unknown>,
  asked: { action: string; tabSessionId: string | undefined; input: Record<string, unknown> },
  digest: (text: string) => string,
): { key: string; hash: string } | undefined {
  if (payload['idempotencyKey'] === undefined) return undefined;
  const key = keptString(payload, 'idempotencyKey');
  if (asked.action === 'listener.subscribe') {
    throw invalid(
      'listener.subscribe cannot carry an idempotencyKey: a subscription ends with its session, its outcome would not.',
    );
  }
  return { key, hash: digest(canonicalJson([asked.action, asked.tabSessionId ?? null, asked.input])) };
}

/** The input without what only the relay may say, and with what it does say. */
function relayOwned(input: Record<string, unknown>, caller: string | undefined): Record<string, unknown> {
  const own = hasRelayKey(input) ? withoutRelayKeys(input) : input;
  return caller === undefined ? own : { ...own, __controllerClientId: caller };
}

/** Nearly no input has one, so it is not copied to find out. */
function hasRelayKey(input: Record<string, unknown>): boolean {
  for (const key in input) if (key.startsWith(RELAY_KEY_PREFIX)) return true;
  return false;
}

function withoutRelayKeys(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([key]) => !key.startsWith(RELAY_KEY_PREFIX)));
}

function invalid(message: string): OttoError {
  return new OttoError('invalid_command', { effect: 'none', message });
}

interface MakeOrderOptions {
  /** Whose command it is. */
  readonly caller: string;
  readonly timeoutMsMax: number;
  readonly digest: (text: string) => string;
  readonly log: Pick<LogBook, 'summary'>;
}
