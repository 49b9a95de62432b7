import { LOG_LEVELS, type LogLevel } from '@telepat/otto-protocol';

/** The lines that wait for the disk may take this much. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Lines on their way to the disk, in order and bounded. When there is no room, the newest lines of the lowest level
 * give way, and are counted.
 */
export class LogQueue {
  readonly #bytesMax: number;
  /** By level, lowest first; each in order. */
  readonly #levels: QueuedLine[][] = LOG_LEVELS.map(() => []);
  #sequence = 0;
  #bytes = 0;
  #droppedCount = 0;

  constructor(bytesMax = WAITING_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of all lines that were put in and neither settled nor dropped. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#levels.every((lines) => lines.length === 0);
  }

  put(line: { level: LogLevel; day: string; text: string }): void {
    const rank = LOG_LEVELS.indexOf(line.level);
    const bytes = Buffer.byteLength(line.text);
    if (!this.#makeRoom(rank, bytes)) {
      this.#droppedCount += 1;
      return;
    }
    this.#bytes += bytes;
    this.#levels[rank]?.push({ day: line.day, text: line.text, rank, bytes, sequence: this.#sequence++ });
  }

  /** Takes everything out, oldest first. The lines count until they are settled or put back. */
  take(): QueuedLine[] {
    const taken = this.#levels.flat().sort((left, right) => left.sequence - right.sequence);
    for (const lines of this.#levels) lines.length = 0;
    return taken;
  }

  /** Puts lines back in their place that could not be written. */
  giveBack(lines: readonly QueuedLine[]): void {
    for (const [rank, waiting] of this.#levels.entries()) {
      const returned = lines.filter((line) => line.rank === rank);
      this.#levels[rank] = [...returned, ...waiting];
    }
  }

  /** Lines were written: their room is free. */
  settle(lines: readonly QueuedLine[]): void {
    for (const line of lines) this.#bytes -= line.bytes;
  }

  /** How many lines were dropped since the last call. */
  takeDroppedCount(): number {
    const count = this.#droppedCount;
    this.#droppedCount = 0;
    return count;
  }

  countDropped(): void {
    this.#droppedCount += 1;
  }

  /** @returns false when only lines of this level or above could give way */
  #makeRoom(rank: number, bytes: number): boolean {
    for (const lower of this.#levels.slice(0, rank)) {
      while (this.#bytes + bytes > this.#bytesMax) {
        const dropped = lower.pop();
        if (dropped === undefined) break;
        this.#bytes -= dropped.bytes;
        this.#droppedCount += 1;
      }
    }
    return this.#bytes + bytes <= this.#bytesMax;
  }
}

/** One line of the log, with its line break, and the day whose file it belongs to. */
export interface QueuedLine {
  readonly day: string;
  readonly text: string;
  readonly rank: number;
  readonly bytes: number;
  readonly sequence: number;
}
