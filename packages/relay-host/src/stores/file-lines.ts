import type { DiskFile } from '../disk.js';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1024 * 1024;

/** A longer line is not one of ours; it is given in pieces, each of which counts as damaged. */
const LINE_BYTES_MAX = 4 * 1024 * 1024;

/** The lines of a file with their places, in memory for no more than one line at a time. */
export async function* fileLines(file: DiskFile): AsyncGenerator<FileLine> {
  let rest = Buffer.alloc(0);
  let position = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = await file.read(chunk, position + rest.length);
    let bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE)) {
      if (end > 0) yield { bytes: bytes.subarray(0, end), position, length: end + 1 };
      bytes = bytes.subarray(end + 1);
      position += end + 1;
    }
    const isLast = read === 0;
    if (bytes.length > 0 && (isLast || bytes.length > LINE_BYTES_MAX)) {
      yield { bytes, position, length: bytes.length };
      position += bytes.length;
      bytes = Buffer.alloc(0);
    }
    if (isLast) return;
    rest = bytes;
  }
}

export interface FileLine {
  /** Without the line break. */
  readonly bytes: Uint8Array;
  readonly position: number;
  /** With the line break, if it has one. */
  readonly length: number;
}
