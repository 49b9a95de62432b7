import { describe, expect, it } from 'vitest';
import { decodeFrame } from './codec.js';
import { traceIdOf } from './trace-context.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

function decoded(extra: object): object {
  const frame = { protocolVersion: '1.0', messageType: 'ping', requestId: 'r1', senderRole: 'node', payload: {} };
  return decodeFrame(JSON.stringify({ ...frame, ...extra }));
}

describe('traceIdOf', () => {
  it.each([TRACEPARENT, `01-${TRACE_ID}-00f067aa0ba902b7-01-what-comes-later`, `cc-${TRACE_ID}-00f067aa0ba902b7-00`])(
    'the trace id of %s is found',
    (traceparent) => {
      expect(traceIdOf(traceparent)).toBe(TRACE_ID);
    },
  );

  it.each([
    '',
    TRACE_ID,
    undefined,
    7,
    `ff-${TRACE_ID}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `00-${TRACE_ID.toUpperCase()}-00f067aa0ba902b7-01`,
    `${TRACEPARENT}-more`,
    `${TRACEPARENT} `,
    `01-${TRACE_ID}-00f067aa0ba902b7-01-${'x'.repeat(200)}`,
  ])('%j is no traceparent', (traceparent) => {
    expect(traceIdOf(traceparent)).toBeUndefined();
  });
});

describe('a frame', () => {
  it('that names its trace by a traceparent alone has the traceId in it', () => {
    expect(decoded({ traceparent: TRACEPARENT })).toMatchObject({ traceId: TRACE_ID, traceparent: TRACEPARENT });
  });

  it('keeps a traceId of its own beside a traceparent', () => {
    expect(decoded({ traceId: 'mine', traceparent: TRACEPARENT })).toMatchObject({
      traceId: 'mine',
      traceparent: TRACEPARENT,
    });
  });

  it.each([null, 7, {}, 'nonsense', 'x'.repeat(10_000)])('is none the worse for the traceparent %j', (traceparent) => {
    expect(decoded({ traceparent })).not.toHaveProperty('traceparent');
    expect(decoded({ traceparent, traceId: 't1' })).toHaveProperty('traceId', 't1');
  });
});

it('what is no JSON is not quoted in the error: it may hold a token', () => {
  for (const text of ['{"accessToken": canary', '{"accessToken": "canary', 'canary']) {
    expect(() => decodeFrame(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') }),
    );
  }
});
