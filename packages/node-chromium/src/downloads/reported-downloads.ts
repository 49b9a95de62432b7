import { until, within } from '../until.js';

/** Counts the downloads that the watcher of a tab was told of, for whoever waits until it was told of one. */
export class ReportedDownloads {
  #count = 0;
  #next = nextReport();

  get count(): number {
    return this.#count;
  }

  report(): void {
    this.#count += 1;
    const { resolve } = this.#next;
    this.#next = nextReport();
    resolve();
  }

  /** Waits until there were more than so many, but not for long: the browser tells of them in moments, if at all. */
  async after(count: number, signals: readonly AbortSignal[], endsAt = Number.POSITIVE_INFINITY): Promise<void> {
    const ms = Math.min(REPORT_MS_MAX, Math.max(0, endsAt - performance.now()));
    await within(ms, this.#exceeded(count), signals);
  }

  async #exceeded(count: number): Promise<void> {
    while (this.#count <= count) await until(this.#next.promise, []);
  }
}

/** From the answer of the server to the first news of the download, on a machine that is busy. */
const REPORT_MS_MAX = 2_000;

function nextReport(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
