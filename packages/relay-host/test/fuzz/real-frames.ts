import { MESSAGE_TYPES, PROTOCOL_VERSION, SENDER_ROLES } from '@telepat/otto-protocol';
import fc from 'fast-check';

/** Ids that the frames share, so that they meet each other. */
const REQUEST_IDS = ['r1', 'r2', 'r3', 'r4', 'r5'];
const NODE_IDS = ['n1', 'n2', 'nobody'];
const TABS = ['t1', 't2'];

const KEYS = [
  ...['protocolVersion', 'messageType', 'requestId', 'traceId', 'timestamp', 'senderRole', 'payload', 'type'],
  ...['role', 'nodeId', 'instanceId', 'capabilities', 'accessToken', 'refreshToken', 'targetNodeId', 'action'],
  ...['tabSessionId', 'timeoutMs', 'waitPolicy', 'replayNonce', 'idempotencyKey', 'targetRequestId', 'lockLeaseMs'],
  ...['keepTabsMs', 'source', 'entry', 'data', 'updateType', 'emittedAt', 'ok', 'code', 'category', 'message'],
  ...['__proto__', 'constructor', 'toString', '__controllerClientId', ''],
];

const requestId = fc.constantFrom(...REQUEST_IDS);
const nodeId = fc.constantFrom(...NODE_IDS);
const tabSessionId = fc.constantFrom(...TABS);
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('', 'é', '💥', '\u2028', '\ufeff', '\u202e', '"', '\\', '\u001b[2J') },
);

/** What anything may be replaced by: all kinds of JSON, sizes and depths that are on the edge among them. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, 0, -1, 1e308, 1.5, '', [], {}, [[]]) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(200), 'x'.repeat(201), '\u0000', '../..', '*') },
  { weight: 1, arbitrary: fc.constantFrom(63, 64, 65, 500).map(nested) },
  { weight: 1, arbitrary: requestId },
);

const command = fc
  .record(
    {
      targetNodeId: nodeId,
      action: fc.constantFrom(
        'primitive.tab.open',
        'primitive.tab.query',
        'primitive.tab.close',
        'primitive.dom.extract_text',
        'listener.subscribe',
        'listener.unsubscribe',
        'primitive.tab.close_owned',
        'relay.command_status',
        'other.action',
      ),
      replayNonce: fc.uuid(),
      payload: fc.record(
        { url: text, targetRequestId: requestId, force: fc.boolean(), stream: anything },
        noneRequired(),
      ),
      tabSessionId,
      timeoutMs: fc.integer({ min: -5, max: 700_000 }),
      waitPolicy: fc.constantFrom('fail_fast', 'wait_with_timeout', 'other'),
      idempotencyKey: fc.constantFrom('k1', 'k2', 'k3'),
    },
    { requiredKeys: ['targetNodeId', 'action', 'replayNonce'] },
  )
  .map((payload) => ({ messageType: 'command', payload }));

const event = fc
  .record(
    {
      type: fc.constantFrom('session_detach', 'logs_subscribe', 'extension_log', 'listener_update', 'other'),
      keepTabsMs: fc.integer({ min: -1, max: 700_000 }),
      source: fc.constantFrom('relay', 'controller', 'node', 'all', 'other'),
      entry: fc.record({ level: fc.constantFrom('info', 'warn', 'other'), type: text, requestId, data: anything }),
      data: anything,
      updateType: text,
      emittedAt: fc.integer(),
    },
    { requiredKeys: ['type'] },
  )
  .map((payload) => ({ messageType: 'event', payload }));

const outcome = fc.oneof(
  fc
    .record({ ok: fc.boolean(), durationMs: fc.nat(), action: text, data: anything, commandOutcome: text })
    .map((payload) => ({ messageType: 'result', payload })),
  fc
    .record({ category: fc.constantFrom('execution', 'other'), code: text, message: text })
    .map((payload) => ({ messageType: 'error', payload })),
);

const handshake = fc.oneof(
  fc
    .record({ role: fc.constantFrom('controller', 'node'), nodeId, instanceId: text }, noneRequired())
    .map((payload) => ({ messageType: 'hello', payload })),
  fc.record({ accessToken: text }, noneRequired()).map((payload) => ({ messageType: 'auth', payload })),
  fc.record({ refreshToken: text }, noneRequired()).map((payload) => ({ messageType: 'refresh', payload })),
);

const small = fc.oneof(
  fc.constantFrom('ping', 'pong', 'hello_ack', 'auth_ack', 'refresh_ack').map((messageType) => ({
    messageType,
    payload: {},
  })),
  fc
    .record({ targetRequestId: requestId }, noneRequired())
    .map((payload) => ({ messageType: 'command_cancel', payload })),
  fc
    .record(
      {
        messageType: fc.constantFrom('tab_lock', 'tab_unlock'),
        payload: fc.record({ targetNodeId: nodeId, tabSessionId, lockLeaseMs: fc.integer() }, noneRequired()),
      },
      {},
    )
    .map((frame) => frame),
);

/** Frames as peers send them, of every type. */
const realFrame = fc
  .record({
    content: fc.oneof({ weight: 4, arbitrary: command }, { weight: 2, arbitrary: event }, outcome, handshake, small),
    requestId,
    traceId: fc.option(text, { nil: undefined }),
    isMisplaced: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
  })
  .map(({ content, isMisplaced, ...ids }) => ({ frame: { ...content, ...ids }, isMisplaced }));

/** One change to a value: a key that is replaced, taken away, added; or the whole of it. */
const change = fc.record({
  key: fc.constantFrom(...KEYS),
  kind: fc.constantFrom('replace', 'replace', 'delete', 'nest'),
  inPayload: fc.boolean(),
  value: anything,
});

/** One change to a text, as a broken wire would make it. */
const damage = fc.record({
  kind: fc.constantFrom('none', 'none', 'none', 'none', 'cut', 'flip', 'double', 'insert'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  text,
});

/** The text of a frame that a peer of this role may send: right, almost right, or nothing like it. */
export function frameText(role: 'controller' | 'node', nowIso: () => string): fc.Arbitrary<string> {
  const mutated = fc
    .record({ real: realFrame, changes: fc.array(change, { maxLength: 2 }), damage })
    .map(({ real, changes, damage }) => {
      const senderRole = real.isMisplaced ? (role === 'node' ? 'controller' : 'node') : role;
      const whole = { protocolVersion: PROTOCOL_VERSION, timestamp: nowIso(), senderRole, ...real.frame };
      return damaged(JSON.stringify(changed(whole, changes)), damage);
    });
  const assembled = fc
    .record({
      protocolVersion: fc.constantFrom('1.0', '1.9', '2.0', '', 1),
      messageType: fc.oneof(fc.constantFrom(...MESSAGE_TYPES), text),
      requestId: fc.oneof(requestId, anything),
      senderRole: fc.constantFrom(...SENDER_ROLES),
      timestamp: fc.oneof(text, fc.constant(undefined)),
      payload: anything,
    })
    .map((value) => JSON.stringify(value));
  const noise = fc.oneof(text, fc.json({ maxDepth: 3 }), fc.constantFrom('', '{', '[]', 'null', '"x"', '{"a":1}{'));
  return fc
    .oneof({ weight: 8, arbitrary: mutated }, { weight: 2, arbitrary: assembled }, { weight: 1, arbitrary: noise })
    .map(asOnTheWire);
}

/** Damage may have split a character in two; what arrives is well-formed again. */
function asOnTheWire(frame: string): string {
  return Buffer.from(frame).toString('utf8');
}

function changed(frame: Record<string, unknown>, changes: readonly Change[]): Record<string, unknown> {
  for (const { key, kind, inPayload, value } of changes) {
    const payload = frame['payload'];
    const target = inPayload && isRecord(payload) ? payload : frame;
    if (kind === 'delete') delete target[key];
    else Object.defineProperty(target, key, { value: kind === 'nest' ? [value] : value, ...OWN });
  }
  return frame;
}

/** `__proto__` is to be a key like any other, as it is in parsed JSON. */
const OWN = { enumerable: true, configurable: true, writable: true };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(frame: string, { kind, at, text: inserted }: Damage): string {
  const index = Math.floor(at * frame.length);
  const [before, after] = [frame.slice(0, index), frame.slice(index)];
  switch (kind) {
    case 'cut':
      return before;
    case 'flip':
      return `${before}${String.fromCharCode((after.charCodeAt(0) || 0) ^ 1)}${after.slice(1)}`;
    case 'double':
      return before + frame;
    case 'insert':
      return before + inserted + after;
    default:
      return frame;
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function noneRequired(): { requiredKeys: [] } {
  return { requiredKeys: [] };
}

interface Change {
  readonly key: string;
  readonly kind: string;
  readonly inPayload: boolean;
  readonly value: unknown;
}

interface Damage {
  readonly kind: string;
  readonly at: number;
  readonly text: string;
}
