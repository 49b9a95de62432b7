import { expect, it } from 'vitest';
import { traceparentOf } from './traceparent.js';

it('a command takes the trace of its environment along, and nothing that is none', () => {
  const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  expect(traceparentOf({ TRACEPARENT })).toBe(TRACEPARENT);
  for (const other of [undefined, '', 'nonsense', TRACEPARENT.toUpperCase(), `${TRACEPARENT}-more`]) {
    expect(traceparentOf({ TRACEPARENT: other })).toBeUndefined();
  }
});
