import { traceIdOf } from '@telepat/otto-protocol';
import type { Environment } from '../io.js';

/** The trace that a script runs in: in the environment, where other tools have it, too. What is none is left out. */
export function traceparentOf({ TRACEPARENT }: Environment): string | undefined {
  return traceIdOf(TRACEPARENT) === undefined ? undefined : TRACEPARENT;
}
