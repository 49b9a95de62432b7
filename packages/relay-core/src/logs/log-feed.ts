import type { LogEntry } from '@telepat/otto-protocol';
import type { LogBatch, LogSink } from '../ports/log-sink.js';
import { entriesOf } from './log-line.js';

/** Hands every new log entry to those who follow the log, on its way to the sink. */
export class LogFeed implements LogSink {
  readonly #sink: LogSink;
  readonly #followers = new Set<LogFollower>();

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  write(batch: LogBatch): void {
    this.#sink.write(batch);
    if (!this.isFollowed) return;
    const entries = entriesOf(batch);
    for (const follower of this.#followers) for (const entry of entries) follower.take(entry);
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  add(follower: LogFollower): void {
    this.#followers.add(follower);
  }

  remove(follower: LogFollower): void {
    this.#followers.delete(follower);
  }
}

/** One who follows the log. `take` must not write to the log. */
export interface LogFollower {
  take(entry: LogEntry): void;
}
