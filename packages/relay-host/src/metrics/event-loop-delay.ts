import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

/** A timer of the platform's own measures this often. */
const RESOLUTION_MS = 20;

const NANOS = 1_000_000_000;

/** How late the event loop of this process runs, apart from the timer's own period. */
export class EventLoopDelay {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.#histogram.enable();
  }

  /** Seconds by quantile since the last call. */
  takeSeconds(): Map<string, number> {
    const late = (nanos: number): number => Math.max(0, nanos / NANOS - RESOLUTION_MS / 1_000);
    const isEmpty = this.#histogram.count === 0;
    const at = (percentile: number): number => (isEmpty ? 0 : late(this.#histogram.percentile(percentile)));
    const quantiles = new Map([
      ['0.5', at(50)],
      ['0.9', at(90)],
      ['0.99', at(99)],
      ['1', isEmpty ? 0 : late(this.#histogram.max)],
    ]);
    this.#histogram.reset();
    return quantiles;
  }

  stop(): void {
    this.#histogram.disable();
  }
}
