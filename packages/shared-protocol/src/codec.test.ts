import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FrameError,
  MESSAGE_TYPES,
  OttoError,
  SENDER_ROLES,
  decodeFrame,
  encodeFrame,
  envelopeSchema,
  isCompatibleVersion,
  makeFrame,
} from './index.js';

const good = {
  protocolVersion: '1.0',
  messageType: 'ping',
  requestId: 'r1',
  senderRole: 'node',
  payload: {},
} as const;

const without = (field: keyof typeof good) => JSON.stringify({ ...good, [field]: undefined });
const having = (fields: object) => JSON.stringify({ ...good, ...fields });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** [what is wrong, the text, the code, the `requestId` that the answer carries] */
const MALFORMED: readonly (readonly [string, string, string, string])[] = [
  ['nothing', '', 'invalid_json', 'unknown'],
  ['a space', ' ', 'invalid_json', 'unknown'],
  ['a word', 'hello', 'invalid_json', 'unknown'],
  ['half a frame', JSON.stringify(good).slice(0, -9), 'invalid_json', 'unknown'],
  ['two frames', JSON.stringify(good).repeat(2), 'invalid_json', 'unknown'],
  ['single quotes', "{'protocolVersion':'1.0'}", 'invalid_json', 'unknown'],
  ['a trailing comma', '{"protocolVersion":"1.0",}', 'invalid_json', 'unknown'],
  ['a raw control character', '{"requestId":"a\u0000b"}', 'invalid_json', 'unknown'],
  ['a NaN', '{"protocolVersion":NaN}', 'invalid_json', 'unknown'],
  ['a byte order mark', `\uFEFF${JSON.stringify(good)}`, 'invalid_json', 'unknown'],
  ['brackets that never close', '['.repeat(100_000), 'invalid_json', 'unknown'],
  ['null', 'null', 'invalid_envelope', 'unknown'],
  ['a number', '1', 'invalid_envelope', 'unknown'],
  ['a string', '"ping"', 'invalid_envelope', 'unknown'],
  ['a list', JSON.stringify([good]), 'invalid_envelope', 'unknown'],
  ['deep brackets', nested(100_000), 'invalid_envelope', 'unknown'],
  ['an empty object', '{}', 'invalid_envelope', 'unknown'],
  ['an inherited envelope', JSON.stringify({ ['__proto__']: good }), 'invalid_envelope', 'unknown'],
  ['no protocolVersion', without('protocolVersion'), 'invalid_envelope', 'r1'],
  ['a number as protocolVersion', having({ protocolVersion: 1 }), 'invalid_envelope', 'r1'],
  ['another major version', having({ protocolVersion: '2.0' }), 'unsupported_protocol_version', 'r1'],
  ['another major version and nothing else', '{"protocolVersion":"2"}', 'unsupported_protocol_version', 'unknown'],
  ['an empty protocolVersion', having({ protocolVersion: '' }), 'unsupported_protocol_version', 'r1'],
  ['a protocolVersion that begins like 1', having({ protocolVersion: '10' }), 'unsupported_protocol_version', 'r1'],
  ['no messageType', without('messageType'), 'invalid_envelope', 'r1'],
  ['an unknown messageType', having({ messageType: 'pong2' }), 'invalid_envelope', 'r1'],
  ['a messageType of the prototype', having({ messageType: 'constructor' }), 'invalid_envelope', 'r1'],
  ['a messageType without end', having({ messageType: 'x'.repeat(100_000) }), 'invalid_envelope', 'r1'],
  ['a null messageType', having({ messageType: null }), 'invalid_envelope', 'r1'],
  [
    'a messageType nested too deep to be written out',
    having({}).replace('"ping"', nested(100_000)),
    'invalid_envelope',
    'r1',
  ],
  ['no requestId', without('requestId'), 'invalid_envelope', 'unknown'],
  ['an empty requestId', having({ requestId: '' }), 'invalid_envelope', 'unknown'],
  ['a number as requestId', having({ requestId: 7 }), 'invalid_envelope', 'unknown'],
  ['a requestId of 201 characters', having({ requestId: 'r'.repeat(201) }), 'invalid_envelope', 'unknown'],
  ['a traceId of 201 characters', having({ traceId: 't'.repeat(201) }), 'invalid_envelope', 'r1'],
  ['a null traceId', having({ traceId: null }), 'invalid_envelope', 'r1'],
  ['no senderRole', without('senderRole'), 'invalid_envelope', 'r1'],
  ['an unknown senderRole', having({ senderRole: 'operator' }), 'invalid_envelope', 'r1'],
];

describe('decodeFrame', () => {
  it.each(MALFORMED)('refuses %s with a sentence', (_what, text, code, requestId) => {
    const error = failureOf(text);

    expect(error).toBeInstanceOf(FrameError);
    expect(error).toMatchObject({ code, requestId });
    expect(error?.message.length).toBeGreaterThan(10);
    expect(error?.message.length).toBeLessThan(250);
  });

  it('throws nothing but OttoError, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const error = failureOf(text);
        expect(error === undefined || error instanceof OttoError).toBe(true);
      }),
    );
  });

  it('accepts exactly what the documented schema accepts in a compatible version', () => {
    fc.assert(
      fc.property(nearlyEnvelope, (value) => {
        const parsed = envelopeSchema.safeParse(JSON.parse(JSON.stringify(value)));
        const isGood = parsed.success && isCompatibleVersion(parsed.data.protocolVersion);
        expect(failureOf(JSON.stringify(value)) === undefined).toBe(isGood);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps fields that it does not know', () => {
    expect(decodeFrame(having({ later: { a: 1 } }))).toMatchObject({ later: { a: 1 } });
  });

  it('takes the last of duplicate keys, as every other decision does', () => {
    const text = JSON.stringify(good).replace('"requestId":"r1"', '"requestId":"r1","requestId":"r2"');

    expect(decodeFrame(text).requestId).toBe('r2');
  });
});

describe('encodeFrame', () => {
  it('gives back what makeFrame made', () => {
    const frame = makeFrame('ping', { requestId: 'r1', senderRole: 'node', payload: {}, traceId: 't1' });

    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });

  it('leaves out what was not given', () => {
    const frame = makeFrame('ping', { requestId: 'r1', senderRole: 'node', payload: {}, traceId: undefined });

    expect(Object.keys(frame)).toEqual(['protocolVersion', 'messageType', 'requestId', 'senderRole', 'payload']);
  });
});

/** An envelope in which each field is good, missing or wrong, independently of the others. */
const nearlyEnvelope = fc.record(
  {
    protocolVersion: mostly(
      fc.constantFrom('1', '1.0', '1.4', '1.0.3'),
      fc.constantFrom('2.0', '', '1.', '01', '1.0.0.0'),
    ),
    messageType: mostly(fc.constantFrom(...MESSAGE_TYPES), fc.string()),
    requestId: mostly(fc.string({ minLength: 1, maxLength: 200 }), fc.constantFrom('', 'r'.repeat(201))),
    traceId: mostly(fc.string({ maxLength: 200 }), fc.constantFrom('t'.repeat(201))),
    timestamp: fc.jsonValue(),
    senderRole: mostly(fc.constantFrom(...SENDER_ROLES), fc.string()),
    payload: mostly(fc.object(), fc.jsonValue()),
    extra: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

function mostly<T, U>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<U>): fc.Arbitrary<T | U | fc.JsonValue> {
  return fc.oneof(
    { arbitrary: good, weight: 12 },
    { arbitrary: bad, weight: 1 },
    { arbitrary: fc.jsonValue(), weight: 1 },
  );
}

function failureOf(text: string): Error | undefined {
  try {
    decodeFrame(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
