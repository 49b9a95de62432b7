import { LOG_LEVELS, LOG_SOURCES, type LogEntry } from '@telepat/otto-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from './log-event.js';
import { entryOf } from './log-line.js';
import { plainLineOf } from './plain-line.js';
import { redactData, redactWithin } from './redact.js';

const STAMP = { id: '01HZX', timestamp: '2026-01-31T12:00:00.000Z' };

/** Every field that an entry can have, so that none is forgotten in a line. */
const WHOLE: Required<LogEvent> = {
  level: 'info',
  source: 'controller',
  type: 'command_queued',
  requestId: 'r 1',
  traceId: 't1',
  nodeId: 'n1',
  clientId: 'clt_1',
  controllerId: 'ctl_1',
  action: 'primitive.dom.click',
  status: 'queued',
  durationMs: 1.5,
  data: { tabSessionId: 'tab_1', queueDepth: 3, dataBytes: 200, keys: ['selector', 'text'], waitedMs: 0.25 },
};

const anyText = fc.oneof(
  { weight: 20, arbitrary: fc.stringMatching(/^[ !#-[\]-~]{0,20}$/) },
  fc.constantFrom('a "quote"', 'back\\slash', 'tab\t', 'café', '\ud800', '\u007f', '\u2028'),
  fc.constantFrom('cs_', 'rt_x', 'eyJhbGciOi', 'parts_1', `rt_${'s'.repeat(43)}`),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const anyValue = fc.oneof(
  anyText,
  fc.double(),
  fc.integer(),
  fc.array(anyText, { maxLength: 4 }),
  fc.constantFrom(null, undefined, true, {}, [3]),
);
const plainKey = fc.constantFrom('tabSessionId', 'waitedMs', 'dataBytes', 'keys', 'queueDepth', 'effect', 'durable');
const anyKey = fc.oneof({ weight: 30, arbitrary: plainKey }, fc.constantFrom('token', 'other', '__proto__'));
const anyData = fc.dictionary(anyKey, anyValue, { maxKeys: 4 });
const anyEvent = fc.record(
  {
    level: fc.constantFrom(...LOG_LEVELS),
    source: fc.constantFrom(...LOG_SOURCES),
    type: fc.constantFrom('command_queued', 'command_routed', 'result'),
    requestId: anyText,
    traceId: anyText,
    nodeId: anyText,
    clientId: anyText,
    controllerId: anyText,
    action: anyText,
    status: anyText,
    durationMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    data: anyData,
  },
  { requiredKeys: ['level', 'source', 'type'] },
) satisfies fc.Arbitrary<LogEvent>;

/** What an entry is when it is redacted with care. */
function carefully(event: LogEvent): LogEntry {
  const texts = (['requestId', 'traceId', 'nodeId', 'action', 'status'] as const).flatMap((key) => {
    const text = event[key];
    return text === undefined ? [] : [[key, redactWithin(text)]];
  });
  const data = event.data === undefined ? {} : { data: redactData(event.data, 16_000) };
  return JSON.parse(JSON.stringify({ ...STAMP, ...event, ...Object.fromEntries(texts), ...data }));
}

describe('the line of a plain entry', () => {
  it('has every field', () => {
    const line = plainLineOf(WHOLE, STAMP) ?? '';

    expect(entryOf(line)).toEqual({ ...STAMP, ...WHOLE });
    expect(line).not.toContain('\n');
  });

  it('is what redacting and stringifying makes of it, whatever the event: else there is none', () => {
    let count = 0;
    fc.assert(
      fc.property(anyEvent, (event) => {
        const line = plainLineOf(event, STAMP);
        if (line === undefined) return;
        count += 1;
        expect(entryOf(line)).toEqual(carefully(event));
      }),
      { numRuns: 2_000, seed: 7 },
    );
    expect(count).toBeGreaterThan(100);
  });

  it.each([
    ['a secret', { requestId: `rt_${'s'.repeat(43)}` }],
    ['the beginning of one', { status: 'eyJ' }],
    ['a quote', { traceId: 'a "quote"' }],
    ['a letter of two bytes', { nodeId: 'café' }],
    ['a quote in an id of the relay', { clientId: '"' }],
    ['a quote in another', { controllerId: '"' }],
    ['a line break', { action: 'a\nb' }],
    ['no number', { durationMs: Number.NaN }],
    ['a key that is not ours', { data: { token: 'x' } }],
    ['a secret in a list', { data: { keys: ['cs_0123456789abcdef'] } }],
    ['an object', { data: { keys: [{}] } }],
    ['more than 2 KiB', { data: { keys: Array.from({ length: 30 }, () => 'k'.repeat(64)) } }],
  ])('there is none for %s', (_, fields) => {
    expect(plainLineOf({ ...WHOLE, ...fields }, STAMP)).toBeUndefined();
  });

  it('there is none under an id that would have to be escaped', () => {
    expect(plainLineOf(WHOLE, { ...STAMP, id: 'a"b' })).toBeUndefined();
  });
});
