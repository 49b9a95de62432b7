import { diskTrouble } from './disk-trouble.js';
import { CHUNKS_AHEAD_MAX, type ReadingAnswer, type ReadingOrder } from './reading-messages.js';
import { runTask, type OpenForReading, type TaskStep } from './reading-tasks.js';

/**
 * Works on all tasks of the reading thread in turn, a step of each, so that none waits for the end of another; and
 * between two rounds the thread hears what it is told.
 */
export class ReadingShift {
  readonly #options: ReadingShiftOptions;
  readonly #jobs = new Map<number, Job>();
  #isTurning = false;

  constructor(options: ReadingShiftOptions) {
    this.#options = options;
  }

  take(order: ReadingOrder): void {
    if (order.type === 'begin') {
      const steps = runTask(order.task, this.#options.filesOf(order.folder));
      this.#jobs.set(order.id, { steps, chunksLeft: CHUNKS_AHEAD_MAX });
    } else if (order.type === 'more') {
      const job = this.#jobs.get(order.id);
      if (job !== undefined) job.chunksLeft += 1;
    } else {
      this.#end(order.id);
    }
    this.#turn();
  }

  #turn(): void {
    const isAnyReady = [...this.#jobs.values()].some(({ chunksLeft }) => chunksLeft > 0);
    if (this.#isTurning || !isAnyReady) return;
    this.#isTurning = true;
    this.#options.afterOthers(() => {
      this.#isTurning = false;
      for (const [id, job] of this.#jobs) if (job.chunksLeft > 0) this.#step(id, job);
      this.#turn();
    });
  }

  #step(id: number, job: Job): void {
    const { answer } = this.#options;
    try {
      const { done, value: chunk } = job.steps.next();
      if (done === true) {
        this.#jobs.delete(id);
        answer({ type: 'done', id });
      } else if (chunk !== undefined) {
        job.chunksLeft -= 1;
        answer({ type: 'chunk', id, chunk });
      }
    } catch (error) {
      this.#jobs.delete(id);
      answer({ type: 'failed', id, reason: diskTrouble(error) });
    }
  }

  /** Its files are closed with it. */
  #end(id: number): void {
    this.#jobs.get(id)?.steps.return(undefined);
    this.#jobs.delete(id);
  }
}

interface Job {
  readonly steps: Generator<TaskStep>;
  chunksLeft: number;
}

interface ReadingShiftOptions {
  readonly filesOf: (folder: string) => OpenForReading;
  readonly answer: (answer: ReadingAnswer) => void;
  /** Runs something once whatever else waits has had its turn. */
  readonly afterOthers: (run: () => void) => void;
}
