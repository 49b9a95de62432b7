import { Worker } from 'node:worker_threads';
import { OttoError } from '@telepat/otto-protocol';
import type { Hangup } from '@telepat/otto-relay-core';
import type { ReadingAnswer, ReadingOrder } from './reading-messages.js';
import type { Chunk, ReadingTask } from './reading-tasks.js';

/** The thread holds a few blocks of files and the lines of eight lists; those are not in its heap. */
const HEAP_MEBIBYTES_MAX = 256;

/**
 * The thread that reads log files, so that nothing else waits for them. It begins with the first task; when it dies,
 * its tasks fail, and the next one gets a new thread.
 */
export class ReadingThread {
  readonly #options: ReadingThreadOptions;
  readonly #tasks = new Map<number, Arrivals>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(options: ReadingThreadOptions) {
    this.#options = options;
  }

  /**
   * What a task finds, chunk by chunk. Whoever stops taking them ends the task, and so does a hang-up.
   *
   * @throws OttoError `log_unavailable`
   */
  async *run(task: ReadingTask, hangup?: Hangup): AsyncGenerator<Chunk> {
    const id = ++this.#lastId;
    const arrivals = new Arrivals();
    hangup?.addEventListener('abort', () => arrivals.fail('Nobody waits for it any more.'), { once: true });
    if (hangup?.aborted === true || this.#isClosed) throw unavailable('Nobody waits for it any more.');
    this.#tasks.set(id, arrivals);
    try {
      this.#tell({ type: 'begin', id, folder: this.#options.folder, task });
      for (let chunk = await arrivals.next(); chunk !== undefined; chunk = await arrivals.next()) {
        this.#tell({ type: 'more', id });
        yield chunk;
      }
    } finally {
      this.#tasks.delete(id);
      if (!arrivals.isOver) this.#worker?.postMessage({ type: 'cancel', id } satisfies ReadingOrder);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #tell(order: ReadingOrder): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(order);
  }

  #begin(): Worker {
    const worker = new Worker(this.#options.program, {
      name: 'otto-log',
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES_MAX },
    });
    worker.unref();
    worker.on('message', (answer: ReadingAnswer) => this.#tasks.get(answer.id)?.take(answer));
    worker.on('error', (error) => {
      this.#options.reportProblem(error);
      this.#end(worker, error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', () => this.#end(worker, 'The thread that reads it has ended.'));
    return worker;
  }

  #end(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const arrivals of this.#tasks.values()) arrivals.fail(reason);
  }
}

/** What has come of one task, and whoever waits for more. */
class Arrivals {
  readonly #chunks: Chunk[] = [];
  #end: { readonly error?: OttoError } | undefined;
  #wake: (() => void) | undefined;

  /** Nothing more will come. */
  get isOver(): boolean {
    return this.#end !== undefined && !this.#isCutOff;
  }

  #isCutOff = false;

  take(answer: ReadingAnswer): void {
    if (answer.type === 'chunk') this.#chunks.push(answer.chunk);
    else this.#end ??= answer.type === 'done' ? {} : { error: unavailable(answer.reason) };
    this.#wake?.();
  }

  /** Ends it, whatever has come. */
  fail(reason: string): void {
    if (this.#end !== undefined) return;
    this.#isCutOff = true;
    this.#chunks.length = 0;
    this.#end = { error: unavailable(reason) };
    this.#wake?.();
  }

  /** The next chunk; undefined at the end. */
  async next(): Promise<Chunk | undefined> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const chunk = this.#chunks.shift();
    if (chunk === undefined && this.#end?.error !== undefined) throw this.#end.error;
    return chunk;
  }
}

function unavailable(reason: string): OttoError {
  return new OttoError('log_unavailable', { message: `The log could not be read: ${reason}` });
}

export interface ReadingThreadOptions {
  readonly folder: string;
  /** What the thread runs. */
  readonly program: URL;
  readonly reportProblem: (error: unknown) => void;
}
