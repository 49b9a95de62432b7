import { copyFileSync, fstatSync, ftruncateSync, writeSync } from 'node:fs';

/**
 * Writes lines to an open log file and keeps it within bounds: a full file is copied to `<path>.1` and emptied. It is
 * emptied in place, because whatever else holds the file open in append mode (a crashing runtime) goes on writing to it.
 * Synchronous: diagnostics are rare, and the last ones before a crash are those that matter.
 */
export class BoundedLog {
  readonly #path: string;
  readonly #fd: number;
  readonly #bytesMax: number;
  #bytes: number;

  /** `fd` was opened for appending to `path`; who opened it closes it. */
  constructor(options: { path: string; fd: number; bytesMax: number }) {
    this.#path = options.path;
    this.#fd = options.fd;
    this.#bytesMax = options.bytesMax;
    this.#bytes = fstatSync(options.fd).size;
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    try {
      if (this.#bytes > 0 && this.#bytes + bytes > this.#bytesMax) this.#turn();
      writeSync(this.#fd, line);
      this.#bytes += bytes;
    } catch {
      // A full disk must not end the relay, and there is nowhere else to say so.
    }
  }

  #turn(): void {
    copyFileSync(this.#path, `${this.#path}.1`);
    ftruncateSync(this.#fd, 0);
    this.#bytes = 0;
  }
}
