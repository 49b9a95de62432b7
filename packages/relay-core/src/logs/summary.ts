import { isObject } from '@telepat/otto-protocol';

/** So many keys of an object are named, each of so many characters; then comes an ellipsis. */
const KEYS_MAX = 20;
const KEY_LENGTH_MAX = 64;
const MORE = '…';

/**
 * What the log keeps of a payload: the size of the frame that brought it and the names of its fields, or with
 * `keepsPayload` the payload itself. Nothing is encoded to be measured, and of what is large only the first is looked
 * at.
 */
export function summaryOf(payload: unknown, facts: { byteLength: number; keepsPayload: boolean }): Summary {
  const { byteLength: dataBytes, keepsPayload } = facts;
  if (payload === undefined) return { dataBytes };
  if (keepsPayload) return { dataBytes, payload };
  return isObject(payload) ? { dataBytes, keys: keysOf(payload) } : { dataBytes };
}

function keysOf(payload: Readonly<Record<string, unknown>>): string[] {
  const keys: string[] = [];
  // By `for in`, because the list of all keys may be long.
  for (const key in payload) {
    if (keys.length === KEYS_MAX) {
      keys.push(MORE);
      break;
    }
    keys.push(key.length <= KEY_LENGTH_MAX ? key : `${key.slice(0, KEY_LENGTH_MAX)}${MORE}`);
  }
  return keys;
}

/** A part of an entry's `data`. */
export interface Summary {
  /** Bytes of the whole frame. */
  readonly dataBytes: number;
  readonly keys?: readonly string[];
  /** Only with `OTTO_LOG_PAYLOADS`; it is redacted like everything else. */
  readonly payload?: unknown;
}
