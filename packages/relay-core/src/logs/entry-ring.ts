import type { LogEntry } from '@telepat/otto-protocol';
import { decodeLines, encodeLines, entryOf } from './log-line.js';

/** What is looked at is decoded by the batch: few lines, so that a look at the oldest or newest one costs little. */
export const BATCH_LINES_MAX = 256;

/** What comes in small parts, as entries that are written alone, becomes one: 300 bytes less for each of them. */
const PARTS_MAX = 64;

/** The places of batches that went are given up by so many at a time, because that moves all that stay. */
const FORGET_BATCHES = 64;

/**
 * The newest entries, up to a fixed number, as the lines that they came in, in UTF-8. Under load an entry is remembered
 * for longer than the young generation of the heap lasts, only to be forgotten soon after: as an object it would be
 * copied twice there and then again be swept. As bytes, of a whole batch together, it is none of the heap's business,
 * which costs 5 µs less (a tenth of a command's CPU, with its two entries). Whoever reads the log pays 2 µs for each
 * entry that is looked at.
 */
export class EntryRing {
  readonly #size: number;
  readonly #batches: Batch[] = [];
  /** The batch of the oldest remembered entry. */
  #first = 0;
  /** Entries of that batch and of all later ones: the size, and what of the first batch is forgotten. */
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Some more lines, oldest first, each with its line break; no more than `BATCH_LINES_MAX`. */
  push(bytes: Uint8Array, count: number): void {
    this.#count += count;
    const last = this.#batches.at(-1);
    if (last !== undefined && last.parts.length < PARTS_MAX && last.count + count <= BATCH_LINES_MAX) {
      last.parts.push(bytes);
      last.count += count;
    } else {
      if (last !== undefined && last.parts.length > 1) last.parts = [encodeLines(linesOf(last))];
      this.#batches.push({ parts: [bytes], count });
    }
    this.#forget();
  }

  get oldest(): LogEntry | undefined {
    const first = this.#batches[this.#first];
    const line = first === undefined ? undefined : linesOf(first)[Math.max(0, this.#count - this.#size)];
    return line === undefined ? undefined : entryOf(line);
  }

  get newest(): LogEntry | undefined {
    for (const line of this.newestFirst()) return entryOf(line);
    return undefined;
  }

  *newestFirst(): Generator<string> {
    let left = this.#size;
    for (let at = this.#batches.length - 1; at >= this.#first; at -= 1) {
      const batch = this.#batches[at];
      for (const line of batch === undefined ? [] : linesOf(batch).reverse()) {
        if (left === 0) return;
        left -= 1;
        yield line;
      }
    }
  }

  /** Lets go of the batches of which every entry has fallen out of the size. */
  #forget(): void {
    let first = this.#batches[this.#first];
    while (first !== undefined && this.#count - first.count >= this.#size) {
      this.#count -= first.count;
      first.parts = [];
      this.#first += 1;
      first = this.#batches[this.#first];
    }
    if (this.#first < FORGET_BATCHES) return;
    this.#batches.splice(0, this.#first);
    this.#first = 0;
  }
}

/** Lines, each with its line break. */
interface Batch {
  /** In order; one, as soon as another batch follows. */
  parts: Uint8Array[];
  count: number;
}

function linesOf({ parts }: Batch): string[] {
  return parts.flatMap((part) => decodeLines(part));
}
