import { GLOB_URL_LENGTH_MAX } from '@telepat/otto-protocol/limits';

/**
 * Whether a whole address matches a glob: `*` is any text without a slash, `**` any text, `\` takes the next character
 * as it is, and everything else stands for itself. The time that it takes grows with the length of the pattern times
 * the length of the address, whatever either holds: all ways through the pattern are followed at once, a bit each. An
 * address of more than `GLOB_URL_LENGTH_MAX` characters does not match: it comes from a page, which is not to keep the
 * node busy.
 *
 * @example urlGlob('https://*.example.com/api/**')('https://eu.example.com/api/v1/items?page=2') // true
 */
export function urlGlob(pattern: string): (url: string) => boolean {
  const glob = compile(pattern);
  return (url) => {
    if (url.length > GLOB_URL_LENGTH_MAX) return false;
    let now = new Uint32Array(glob.wordCount);
    let next = new Uint32Array(glob.wordCount);
    now[0] = glob.start;
    for (let index = 0; index < url.length; index += 1) {
      if (!step(glob, url.charCodeAt(index), { now, next })) return false;
      [now, next] = [next, now];
    }
    return ((word(now, glob.end >>> 5) >>> (glob.end & 31)) & 1) === 1;
  };
}

/** Goes on by one character; false when no way is left. */
function step(glob: Glob, char: number, { now, next }: { now: Uint32Array; next: Uint32Array }): boolean {
  const same = glob.literals.get(char);
  let carry = 0;
  let passedCarry = 0;
  let alive = 0;
  for (let at = 0; at < glob.wordCount; at += 1) {
    const here = word(now, at);
    const moved = same === undefined ? 0 : here & word(same, at);
    const stayed = here & (char === SLASH ? word(glob.texts, at) : word(glob.stars, at));
    const reached = (moved << 1) | carry | stayed;
    // A star may also stand for nothing more.
    const passed = reached & word(glob.stars, at);
    next[at] = reached | (passed << 1) | passedCarry;
    carry = moved >>> 31;
    passedCarry = passed >>> 31;
    alive |= word(next, at);
  }
  return alive !== 0;
}

function compile(pattern: string): Glob {
  const tokens = tokensOf(pattern);
  const wordCount = (tokens.length >>> 5) + 1;
  const literals = new Map<number, Uint32Array>();
  const stars = new Uint32Array(wordCount);
  const texts = new Uint32Array(wordCount);
  tokens.forEach((token, index) => {
    const places = typeof token === 'number' ? (literals.get(token) ?? new Uint32Array(wordCount)) : stars;
    if (typeof token === 'number') literals.set(token, places);
    set(places, index);
    if (token === 'text') set(texts, index);
  });
  const startsWithStar = typeof tokens[0] === 'string';
  return { literals, stars, texts, wordCount, start: startsWithStar ? 0b11 : 0b1, end: tokens.length };
}

/** Two stars never follow each other: more than one are one `**`. */
function tokensOf(pattern: string): Token[] {
  return [...pattern.matchAll(/\\([^])|(\*+)|([^])/g)].map(([, escaped, stars, plain]) => {
    if (stars !== undefined) return stars.length > 1 ? 'text' : 'part';
    return (escaped ?? plain ?? '').charCodeAt(0);
  });
}

const SLASH = 47;

function set(bits: Uint32Array, index: number): void {
  bits[index >>> 5] = word(bits, index >>> 5) | (1 << (index & 31));
}

function word(bits: Uint32Array, index: number): number {
  return bits[index] ?? 0;
}

/** A character by its code, `*` or `**`. */
type Token = number | 'part' | 'text';

/** A pattern as sets of places in it: bit n is before its nth token. */
interface Glob {
  readonly literals: ReadonlyMap<number, Uint32Array>;
  /** Places of `*` and `**`. */
  readonly stars: Uint32Array;
  /** Places of `**` alone. */
  readonly texts: Uint32Array;
  readonly wordCount: number;
  readonly start: number;
  readonly end: number;
}
