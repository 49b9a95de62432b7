import { isObject } from '@telepat/otto-protocol';
import { JSON_DEPTH_MAX, KEPT_STRING_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { JSON_SCALAR_BYTES_MAX, fitText } from './json-size.js';

/** Stands where a secret was. */
const REDACTED = '[redacted]';

const TOO_DEEP = '[too deep]';
const SECRET_KEY = /token|secret|cookie|authorization|password|passwd|api[_-]?key|credential/i;
const SECRET = /^(?:cs|rt)_\S+$/;
/**
 * Secrets within a text. Ours are 43 characters after their prefix, and are found wherever they stand, glued to other
 * letters too, as in URLs and in JSON within JSON; shorter ones only where a word begins, because such letters are also
 * the end of `start_` and `parts_`.
 */
const SECRETS_WITHIN = /(?:cs|rt)_[\w-]{40,}|(?<!\w)(?:cs|rt)_[\w-]{16,}/g;
/**
 * JWTs within a text. What is looked for ahead makes sure that the first `eyJ` of a run of characters is tried, and no
 * other: the search stays linear, whatever the text.
 */
const JWTS_WITHIN = /(?<![\w-])(?=[\w-]+\.[\w-]{2})([\w-]*?)eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?/g;

const BEGINNINGS = /(?:cs|rt)_|eyJ/;
const SHORT_LENGTH = 200;

/** Keys of ours, which stand in nearly every entry: there is nothing to look for in them. */
export const PLAIN_KEYS: ReadonlySet<string> = new Set([
  'tabSessionId',
  'waitedMs',
  'dataBytes',
  'keys',
  'queueDepth',
  'effect',
  'durable',
]);

/** Fields of an object that name what its other fields hold, as a header or an input on a page does. */
const NAMING_FIELDS = ['name', 'key', 'selector'];
/** Fields that hold what is so named. */
const NAMED_FIELDS: ReadonlySet<string> = new Set(['value', 'text']);

/** Read beyond what is kept, so that a secret at the cut is still seen whole. */
const LOOK_AHEAD_LENGTH = 512;

/** What is read of a text that names something. */
const NAME_LENGTH_MAX = 1_000;

/** `"truncated":true` and a comma. */
const TRUNCATED_BYTES = 17;

/**
 * A copy of an entry's data without secrets: strings under keys that name one, and strings that look like one, at any
 * depth. It takes no more than `bytesMax` bytes as JSON; what does not fit is left out, and `truncated: true` says so.
 */
export function redactData(data: Readonly<Record<string, unknown>>, bytesMax: number): Record<string, unknown> {
  const redaction = new Redaction(bytesMax - TRUNCATED_BYTES);
  const copy = redaction.fields(data, 1, false);
  return redaction.isCut ? { ...copy, truncated: true } : copy;
}

/** A text without what looks like a JWT, a client secret or a refresh token. */
export function redactText(text: string): string {
  if (!mayHoldSecret(text)) return text;
  return SECRET.test(text) ? REDACTED : replaceSecrets(text);
}

/** The same for an id: a short one that only begins like a secret is one that somebody chose, and stays. */
export function redactWithin(text: string): string {
  return mayHoldSecret(text) ? replaceSecrets(text) : text;
}

/** Most texts hold nothing of the kind. A search costs 50 ns however short the text, a pattern more with its length. */
function mayHoldSecret(text: string): boolean {
  if (text.length < SHORT_LENGTH) return BEGINNINGS.test(text);
  return text.includes('cs_') || text.includes('rt_') || text.includes('eyJ');
}

function replaceSecrets(text: string): string {
  return text.replace(SECRETS_WITHIN, REDACTED).replace(JWTS_WITHIN, `$1${REDACTED}`);
}

/** One walk over one value; counts down the bytes that may still be used. */
class Redaction {
  isCut = false;
  #bytesLeft: number;

  constructor(bytesMax: number) {
    this.#bytesLeft = bytesMax - 2;
  }

  fields(source: Readonly<Record<string, unknown>>, depth: number, isSecret: boolean): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const key in source) {
      // Assigning this key would set the prototype of the copy instead.
      if (key === '__proto__' || !Object.hasOwn(source, key)) continue;
      if (PLAIN_KEYS.has(key)) {
        if (!this.#reserve(key.length + 2)) break;
        const plain = this.#value(source[key], depth, isSecret);
        if (plain !== undefined) copy[key] = plain;
        continue;
      }
      const name = fitText(redactText(key), KEPT_STRING_LENGTH_MAX);
      if (!this.#reserve(name.bytes)) break;
      const isHidden = isSecret || SECRET_KEY.test(key) || (NAMED_FIELDS.has(key) && namesSecret(source));
      const value = this.#value(source[key], depth, isHidden);
      if (value !== undefined) copy[name.text] = value;
    }
    return copy;
  }

  #value(value: unknown, depth: number, isSecret: boolean): unknown {
    if (typeof value === 'string') return this.#text(value, isSecret);
    if (value === null || typeof value === 'number' || typeof value === 'boolean') {
      this.#bytesLeft -= JSON_SCALAR_BYTES_MAX;
      return value;
    }
    if (typeof value !== 'object') return undefined; // JSON has no other values.
    if (depth >= JSON_DEPTH_MAX) return this.#text(TOO_DEEP, false);
    this.#bytesLeft -= 2;
    if (Array.isArray(value)) return this.#items(value, depth + 1, isSecret);
    return isObject(value) ? this.fields(value, depth + 1, isSecret) : undefined;
  }

  #items(source: readonly unknown[], depth: number, isSecret: boolean): unknown[] {
    const copy: unknown[] = [];
    for (const item of source) {
      if (!this.#reserve(0)) break;
      const value = isNamedPair(item) ? this.#pair(item, depth, isSecret) : this.#value(item, depth, isSecret);
      copy.push(value ?? null);
    }
    return copy;
  }

  /** As `Object.entries` and lists of headers have them. */
  #pair([name, value]: readonly [string, unknown], depth: number, isSecret: boolean): unknown {
    if (depth >= JSON_DEPTH_MAX) return this.#text(TOO_DEEP, false);
    this.#bytesLeft -= 2;
    const copy: unknown[] = [];
    if (!this.#reserve(0)) return copy;
    copy.push(this.#text(name, isSecret));
    if (this.#reserve(0)) copy.push(this.#value(value, depth + 1, true) ?? null);
    return copy;
  }

  #text(text: string, isSecret: boolean): string {
    const clean = isSecret ? REDACTED : this.#cleanText(text);
    const fitting = fitText(clean, this.#bytesLeft);
    this.#bytesLeft -= fitting.bytes;
    if (fitting.text.length < clean.length) this.isCut = true;
    return fitting.text;
  }

  /** As much of a text as may be kept, or a little more. What was looked at beyond it may end in half a secret. */
  #cleanText(text: string): string {
    const lengthMax = this.#bytesLeft + LOOK_AHEAD_LENGTH;
    if (text.length <= lengthMax) return redactText(text);
    this.isCut = true;
    return redactText(text.slice(0, lengthMax)).slice(0, -LOOK_AHEAD_LENGTH);
  }

  /** Takes the bytes of a key with colon and comma, if the smallest value fits behind it. */
  #reserve(keyBytes: number): boolean {
    if (this.#bytesLeft < keyBytes + 2 + JSON_SCALAR_BYTES_MAX) {
      this.isCut = true;
      return false;
    }
    this.#bytesLeft -= keyBytes + 2;
    return true;
  }
}

/** Whether an object says that what it holds is a secret: `{ name: 'Cookie', value }`, `{ selector: '#password', text }`. */
function namesSecret(source: Readonly<Record<string, unknown>>): boolean {
  return NAMING_FIELDS.some((field) => isSecretName(source[field]));
}

/** Whether an item of a list is a name of a secret, and what it holds. */
function isNamedPair(item: unknown): item is readonly [string, unknown] {
  return Array.isArray(item) && item.length === 2 && isSecretName(item[0]);
}

function isSecretName(name: unknown): boolean {
  return typeof name === 'string' && SECRET_KEY.test(name.slice(0, NAME_LENGTH_MAX));
}
