import { copyFileSync, fstatSync, ftruncateSync } from 'node:fs';

/**
 * Keeps an open log file within bounds: looks at its size now and then, copies a full one to `<path>.1` and empties
 * it. It is emptied in place, because whoever has the file open in append mode (the logger, a crashing runtime) goes on
 * writing to it. Returns the function that ends the watch.
 */
export function keepLogBounded(options: BoundedLogOptions): () => void {
  const timer = setInterval(() => turnIfFull(options), options.everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** One look. A log that cannot be turned over must not end the relay, and there is nowhere else to say so. */
export function turnIfFull({ path, fd, bytesMax }: BoundedLogOptions): void {
  try {
    if (fstatSync(fd).size <= bytesMax) return;
    copyFileSync(path, `${path}.1`);
    ftruncateSync(fd, 0);
  } catch {
    // Tried again at the next look.
  }
}

export interface BoundedLogOptions {
  readonly path: string;
  /** Opened for appending to `path`; whoever opened it closes it. */
  readonly fd: number;
  readonly bytesMax: number;
  readonly everyMs: number;
}
