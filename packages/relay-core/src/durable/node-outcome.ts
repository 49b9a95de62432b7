import { isObject, type Envelope } from '@telepat/otto-protocol';
import type { NodeOutcome } from '../ports/command-journal.js';

/** What the journal keeps of a node's terminal frame; undefined for a frame that is none. */
export function outcomeOf({ messageType, payload }: Envelope): NodeOutcome | undefined {
  if ((messageType !== 'result' && messageType !== 'error') || !isObject(payload)) return undefined;
  return { messageType, payload };
}
