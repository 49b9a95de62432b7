import { isDeeperThan, isObject, type Envelope } from '@telepat/otto-protocol';
import { JSON_DEPTH_MAX } from '@telepat/otto-protocol/limits';
import type { NodeOutcome } from '../ports/command-journal.js';

/** A node's sentence is kept to this length when its outcome is abridged. */
const MESSAGE_LENGTH_MAX = 500;

/** The fields of an outcome that say how it ended, without what it brought. */
const KEPT_FIELDS = ['ok', 'durationMs', 'action', 'commandOutcome', 'category', 'code', 'message'] as const;

/**
 * What the journal keeps of a node's terminal frame; undefined for a frame that is none. What is nested too deep to be
 * written out again is kept as the fact that it was there.
 */
export function outcomeOf({ messageType, payload }: Envelope): NodeOutcome | undefined {
  if ((messageType !== 'result' && messageType !== 'error') || !isObject(payload)) return undefined;
  return isDeeperThan(payload, JSON_DEPTH_MAX) ? abridged({ messageType, payload }, 0) : { messageType, payload };
}

/** An outcome without what it brought: how it ended, and how much was left out. */
export function abridged({ messageType, payload }: NodeOutcome, dataBytes: number): NodeOutcome {
  const kept: Record<string, unknown> = {};
  for (const field of KEPT_FIELDS) {
    const value = payload[field];
    if (typeof value === 'string') kept[field] = value.slice(0, MESSAGE_LENGTH_MAX);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[field] = value;
  }
  return { messageType, payload: { ...kept, resultOmitted: true, dataBytes } };
}
