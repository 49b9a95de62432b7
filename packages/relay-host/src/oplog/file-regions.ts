import { LOG_ENTRY_BYTES_MAX } from '@telepat/otto-protocol/limits';

const NEWLINE = 0x0a;

/** Entries are smaller; those of old builds may be larger. A longer line is none of ours, and is passed over. */
export const LINE_BYTES_MAX = 4 * LOG_ENTRY_BYTES_MAX;

/** Read at a time from the end: much for a look at the newest entries, and enough for a search through all of them. */
const BACKWARD_BYTES = 512 * 1024;

/** Read at a time from the beginning: one chunk of an export, which its receiver takes at once. */
const FORWARD_BYTES = 256 * 1024;

/**
 * The whole lines of a file from its end to its beginning, in regions of some lines each, in constant memory. A last
 * line without its break is left out. A region is good until the next one is asked for.
 */
export function* regionsBackwards(file: ReadableFile, size: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(BACKWARD_BYTES + LINE_BYTES_MAX);
  /** Behind the block stands the rest of a line that begins before it; undefined while the next line end is sought. */
  let rest: number | undefined;
  for (let end = size; end > 0; end -= BACKWARD_BYTES) {
    const start = Math.max(0, end - BACKWARD_BYTES);
    const at = BACKWARD_BYTES - (end - start);
    fill(file, buffer.subarray(at, BACKWARD_BYTES), start);
    const stop = rest === undefined ? buffer.lastIndexOf(NEWLINE, BACKWARD_BYTES - 1) + 1 : BACKWARD_BYTES + rest;
    if (stop <= at) continue;

    const first = start === 0 ? at : at + buffer.subarray(at, stop).indexOf(NEWLINE) + 1;
    if (first < stop) yield buffer.subarray(first, stop);
    rest = first - at;
    if (rest > LINE_BYTES_MAX) rest = undefined;
    else buffer.copy(buffer, BACKWARD_BYTES, at, first);
  }
}

/**
 * The same from the beginning to the end. Each region has memory of its own, which whoever gets it may give away.
 */
export function* regionsForwards(file: ReadableFile, size: number): Generator<Buffer<ArrayBuffer>> {
  let rest = Buffer.alloc(0);
  let isTooLong = false;
  for (let start = 0; start < size; start += FORWARD_BYTES) {
    // Not of the pool: the memory of a pooled one cannot be given to another thread.
    const block = Buffer.allocUnsafeSlow(rest.length + Math.min(FORWARD_BYTES, size - start));
    rest.copy(block);
    fill(file, block.subarray(rest.length), start);
    const stop = block.lastIndexOf(NEWLINE) + 1;
    const first = isTooLong ? block.indexOf(NEWLINE) + 1 : 0;
    rest = Buffer.from(block.subarray(stop));
    isTooLong = stop === 0 ? isTooLong : false;
    if (rest.length > LINE_BYTES_MAX) {
      rest = Buffer.alloc(0);
      isTooLong = true;
    }
    if (first < stop) yield block.subarray(first, stop);
  }
}

function fill(file: ReadableFile, bytes: Uint8Array, position: number): void {
  if (file.read(bytes, position) < bytes.length) throw new Error('A log file is shorter than it was.');
}

/** A file that is open for reading. */
export interface ReadableFile {
  /** Fills as much of `bytes` as the file has from `position` on, and tells how much that was. */
  read(bytes: Uint8Array, position: number): number;
  /** Bytes that it has. */
  size(): number;
  close(): void;
}
