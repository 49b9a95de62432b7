import type { DiskFile } from '../disk.js';

const NEWLINE = 0x0a;
const BLOCK_BYTES = 64 * 1024;

/** A longer line is none of ours, and is passed over. */
const LINE_BYTES_MAX = 1024 * 1024;

/** The lines of a file from its end to its beginning, in constant memory; a last line without its break is left out. */
export async function* linesBackwards(file: DiskFile): AsyncGenerator<Buffer> {
  let end = await file.size();
  /** What is known of the line that began before `end`, first part first; undefined while no line break was seen. */
  let tail: Buffer | undefined;
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const block = Buffer.alloc(end - start);
    await file.read(block, start);
    end = start;

    let cut = block.length;
    for (let found = block.lastIndexOf(NEWLINE); found !== -1; found = lastNewline(block, found)) {
      if (tail !== undefined) yield* wholeLine(block.subarray(found + 1, cut), tail);
      tail = Buffer.alloc(0);
      cut = found;
    }
    if (tail !== undefined) tail = joined(block.subarray(0, cut), tail);
  }
  if (tail !== undefined) yield* wholeLine(Buffer.alloc(0), tail);
}

function lastNewline(block: Buffer, before: number): number {
  return before === 0 ? -1 : block.lastIndexOf(NEWLINE, before - 1);
}

function* wholeLine(head: Buffer, tail: Buffer): Generator<Buffer> {
  const line = joined(head, tail);
  if (line.length > 0 && line.length <= LINE_BYTES_MAX) yield line;
}

/** A line that is too long stays too long, without being kept. */
function joined(head: Buffer, tail: Buffer): Buffer {
  if (tail.length > LINE_BYTES_MAX) return tail;
  return tail.length === 0 ? head : Buffer.concat([head, tail]);
}
