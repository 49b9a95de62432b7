import { Worker } from 'node:worker_threads';
import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { browserEnvironment, type Environment } from './environment.js';
import { abortReason } from './until.js';

/**
 * Runs modules of site commands, each time in a thread of its own: a script that never ends, an error that nobody
 * catches or too much memory end the thread, and not the node. It is no wall: what runs there may do what its user may.
 * A new thread reads its module anew, so that a change of a file counts at once.
 */
export class PlugInThread {
  readonly #options: ThreadOptions;
  readonly #calls: ThreadCalls;
  /** The latest errors of calls, by number: what the module only passes on is known again. */
  readonly #errors = new Map<number, unknown>();

  constructor(options: ThreadOptions, calls: ThreadCalls) {
    this.#options = options;
    this.#calls = calls;
  }

  /**
   * Gives what the task came to, as JSON, or rejects with what its module threw. When the signal aborts, the module is
   * told, and has a moment to clean up.
   */
  run(task: PlugInTask, signal: AbortSignal): Promise<string | undefined> {
    const worker = new Worker(this.#options.worker, {
      workerData: task,
      // Our own variables are no plug-in's business; among them are secrets.
      env: browserEnvironment(this.#options.env, {}),
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
      // The console of the thread is a log. What is printed past it would end up among the lines that we print.
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    return this.#outcome(worker, signal);
  }

  async #outcome(worker: Worker, signal: AbortSignal): Promise<string | undefined> {
    let grace: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      const { code, message } = abortReason(signal);
      worker.postMessage({ type: 'abort', code, message });
      grace = setTimeout(() => void worker.terminate(), GRACE_MS);
    };
    try {
      return await new Promise((resolve, reject) => {
        worker.on('message', (message) => this.#take(worker, message, { resolve, reject }));
        worker.once('error', reject);
        worker.once('exit', () => reject(signal.aborted ? abortReason(signal) : new Error(ENDED)));
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      });
    } finally {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(grace);
      await worker.terminate();
    }
  }

  /** A module can reach its end of the channel, too; what is none of these says nothing. */
  #take(worker: Worker, raw: unknown, ending: Ending): void {
    const { data: message } = fromThread.safeParse(raw);
    if (message?.type === 'call') void this.#call(worker, message);
    if (message?.type === 'log') this.#calls.log(message.message);
    if (message?.type === 'done') ending.resolve(message.json);
    if (message?.type === 'failed') ending.reject(this.#thrown(message.failure));
  }

  async #call(worker: Worker, { id, method, args }: Call): Promise<void> {
    try {
      worker.postMessage({ type: 'answer', id, value: await this.#calls.call(method, args) });
    } catch (error) {
      this.#errors.set(id, error);
      for (const oldest of this.#errors.keys()) {
        if (this.#errors.size <= ERRORS_MAX) break;
        this.#errors.delete(oldest);
      }
      const { code, message } = OttoError.from(error);
      worker.postMessage({ type: 'answer', id, failure: { code, message } });
    }
  }

  #thrown({ call, name, message, stack, code }: Failure): unknown {
    if (call !== undefined && this.#errors.has(call)) return this.#errors.get(call);
    const error = new Error(message);
    if (name !== undefined) error.name = name;
    if (stack !== undefined) error.stack = stack;
    return code === undefined ? error : Object.assign(error, { code });
  }
}

/** Enough for any page; a module that goes beyond it ends with its thread. */
const HEAP_MB_MAX = 512;

/** How long a module that is told to stop may take to clean up. */
const GRACE_MS = 500;

const ERRORS_MAX = 100;

const ENDED = 'The module ended its thread.';

const call = z.object({ type: z.literal('call'), id: z.number(), method: z.string(), args: z.array(z.unknown()) });

const failure = z.object({
  /** Of the call whose error it is. */
  call: z.number().optional(),
  name: z.string().optional(),
  message: z.string(),
  stack: z.string().optional(),
  code: z.string().optional(),
});

const fromThread = z.discriminatedUnion('type', [
  call,
  z.object({ type: z.literal('log'), message: z.string() }),
  z.object({ type: z.literal('done'), json: z.string().optional() }),
  z.object({ type: z.literal('failed'), failure }),
]);

type Call = z.output<typeof call>;
type Failure = z.output<typeof failure>;

interface Ending {
  resolve(json: string | undefined): void;
  reject(error: unknown): void;
}

export interface ThreadOptions {
  /** The program of the thread. */
  readonly worker: URL;
  readonly env: Environment;
}

/** What a module can ask for while it runs. */
export interface ThreadCalls {
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  log(message: string): void;
}

/** What is to be done with a module. */
export type PlugInTask =
  | { readonly kind: 'describe'; readonly module: string }
  | {
      readonly kind: 'run';
      readonly module: string;
      readonly id: string;
      readonly hook: 'execute' | 'test' | 'isLoggedIn';
      readonly methods: readonly string[];
      readonly input?: Readonly<Record<string, unknown>>;
      readonly tabSessionId?: string;
    };
