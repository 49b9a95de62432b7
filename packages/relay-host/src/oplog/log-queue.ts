import assert from 'node:assert/strict';
import { LOG_LEVELS } from '@telepat/otto-protocol';
import type { LogBatch } from '@telepat/otto-relay-core';

/** The lines that wait for the disk may take this much. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

const LINE_BREAK = 0x0a;

/**
 * Lines that were settled are forgotten by so many at a time: few, because what is kept for longer than a moment is
 * what costs the garbage collection its time.
 */
const FORGET_LINES = 256;

/**
 * Lines on their way to the disk, in order and bounded. When there is no room, the newest lines of the lowest level
 * give way, and are counted. Lines that are taken stay in the queue until they are settled.
 *
 * Lines are parts of the bytes of their batch, which live as long as any of them. When the queue is half full that ends,
 * and each line has bytes of its own: so what was dropped keeps no more in memory than half of the bound.
 */
export class LogQueue {
  readonly #bytesMax: number;
  /** By level, lowest first; each in order. */
  readonly #levels = LOG_LEVELS.map(() => new LevelLines());
  #sequence = 0;
  #length = 0;
  #bytes = 0;
  #droppedCount = 0;

  constructor(bytesMax = WAITING_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of all lines that were put in and neither settled nor dropped. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that were put in and neither settled nor dropped. */
  get length(): number {
    return this.#length;
  }

  /** Puts in the lines of a batch; `at` is now, in ticks. */
  put({ lines, bytes }: LogBatch, at: number): void {
    // The search of a buffer is four times as fast as that of its array.
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (const { level, timestamp } of lines) {
      const end = buffer.indexOf(LINE_BREAK, start) + 1;
      assert(end > start, 'Each line of a batch ends with a line break.');
      this.#putLine({ timestamp, at, rank: LOG_LEVELS.indexOf(level), source: bytes, start, end });
      start = end;
    }
  }

  /** The oldest lines that are not taken yet: at least one if there is one, and no more than so many bytes. */
  take(bytesMax: number): QueuedLine[] {
    const taken: QueuedLine[] = [];
    let bytes = 0;
    for (let line = this.#oldest(); line !== undefined; line = this.#oldest()) {
      bytes += lengthOf(line);
      if (taken.length > 0 && bytes > bytesMax) break;
      taken.push(line);
      this.#levels[line.rank]?.take();
    }
    return taken;
  }

  /** What was taken and is not settled is there to be taken again. */
  giveBack(): void {
    for (const level of this.#levels) level.giveBack();
  }

  /** The oldest of the taken lines were written: their room is free. */
  settle(lines: readonly QueuedLine[]): void {
    for (const line of lines) {
      this.#levels[line.rank]?.settle();
      this.#bytes -= lengthOf(line);
      this.#length -= 1;
    }
  }

  /** Every line that is not settled, oldest first. */
  all(): QueuedLine[] {
    return this.#levels.flatMap((level) => level.all()).sort((left, right) => left.sequence - right.sequence);
  }

  /** When the oldest line was put in. */
  oldestAt(): number | undefined {
    const heads = this.#levels.map((level) => level.head?.at ?? Infinity);
    const oldest = Math.min(...heads);
    return oldest === Infinity ? undefined : oldest;
  }

  /** Lines that were dropped since they were last taken note of. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** How many lines were dropped since the last call. */
  takeDroppedCount(): number {
    const count = this.#droppedCount;
    this.#droppedCount = 0;
    return count;
  }

  #putLine(line: NewLine): void {
    const length = lengthOf(line);
    if (!this.#makeRoom(line.rank, length)) {
      this.#droppedCount += 1;
      return;
    }
    const isShared = this.#bytes * 2 < this.#bytesMax;
    const { timestamp, at, rank } = line;
    const source = isShared ? line.source : new Uint8Array(line.source.subarray(line.start, line.end));
    const start = isShared ? line.start : 0;
    // Field by field: spreading costs three times as much, and two lines follow each command.
    const queued = { timestamp, at, rank, source, start, end: start + length, sequence: this.#sequence++ };
    this.#levels[rank]?.push(queued);
    this.#bytes += length;
    this.#length += 1;
  }

  #oldest(): QueuedLine | undefined {
    let oldest: QueuedLine | undefined;
    for (const { next } of this.#levels) {
      if (next !== undefined && (oldest === undefined || next.sequence < oldest.sequence)) oldest = next;
    }
    return oldest;
  }

  /** @returns false when only lines of this level or above could give way */
  #makeRoom(rank: number, bytes: number): boolean {
    if (this.#bytes + bytes <= this.#bytesMax) return true;
    for (const lower of this.#levels.slice(0, rank)) {
      while (this.#bytes + bytes > this.#bytesMax) {
        const dropped = lower.dropNewest();
        if (dropped === undefined) break;
        this.#bytes -= lengthOf(dropped);
        this.#length -= 1;
        this.#droppedCount += 1;
      }
    }
    return this.#bytes + bytes <= this.#bytesMax;
  }
}

/** The lines of one level: settled ones that are not forgotten yet, taken ones, and those that wait. */
class LevelLines {
  readonly #lines: QueuedLine[] = [];
  #settled = 0;
  #taken = 0;

  get head(): QueuedLine | undefined {
    return this.#lines[this.#settled];
  }

  get next(): QueuedLine | undefined {
    return this.#lines[this.#settled + this.#taken];
  }

  push(line: QueuedLine): void {
    this.#lines.push(line);
  }

  take(): void {
    this.#taken += 1;
  }

  giveBack(): void {
    this.#taken = 0;
  }

  settle(): void {
    this.#settled += 1;
    this.#taken -= 1;
    const isLast = this.#settled === this.#lines.length;
    if (!isLast && (this.#settled < FORGET_LINES || this.#settled * 2 < this.#lines.length)) return;
    this.#lines.splice(0, this.#settled);
    this.#settled = 0;
  }

  /** Those that are taken are being written. */
  dropNewest(): QueuedLine | undefined {
    return this.next === undefined ? undefined : this.#lines.pop();
  }

  all(): QueuedLine[] {
    return this.#lines.slice(this.#settled);
  }
}

/** The bytes of lines, one after another: of those that follow each other in one batch no copy is made. */
export function bytesOf(lines: readonly QueuedLine[]): Uint8Array {
  const parts: LinePart[] = [];
  for (const { source, start, end } of lines) {
    const last = parts.at(-1);
    if (last?.source === source && last.end === start) last.end = end;
    else parts.push({ source, start, end });
  }
  const arrays = parts.map(({ source, start, end }) => source.subarray(start, end));
  const [first] = arrays;
  return first !== undefined && arrays.length === 1 ? first : Buffer.concat(arrays);
}

/** A line with its line break. */
export function textOf({ source, start, end }: QueuedLine): string {
  return Buffer.from(source.buffer, source.byteOffset + start, end - start).toString('utf8');
}

/** How much a line takes, its line break included. */
export function lengthOf({ start, end }: Pick<QueuedLine, 'start' | 'end'>): number {
  return end - start;
}

interface LinePart {
  readonly source: Uint8Array;
  readonly start: number;
  end: number;
}

/** A line of a batch, with its line break: a part of these bytes. */
interface NewLine {
  /** When its entry was made; its day is that of its file. */
  readonly timestamp: string;
  /** When it was put in, in ticks. */
  readonly at: number;
  /** Of its level; the lowest is the first to give way. */
  readonly rank: number;
  readonly source: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface QueuedLine extends NewLine {
  readonly sequence: number;
}
