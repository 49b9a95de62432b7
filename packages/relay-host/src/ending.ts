import type { Clock } from '@telepat/otto-relay-core';

/** One step may take this long before the next one begins. */
const STEP_MS_MAX = 2_500;

/** All steps together; a step that comes later is begun, but not waited for. */
const TOTAL_MS_MAX = 4_800;

/**
 * What has to be ended, in the reverse of the order in which it began. A step that fails or hangs is reported and
 * keeps no other from running.
 */
export class Ending {
  readonly #clock: Clock;
  readonly #report: (problem: EndingProblem) => void;
  readonly #steps: EndingStep[] = [];

  constructor(options: { clock: Clock; report: (problem: EndingProblem) => void }) {
    this.#clock = options.clock;
    this.#report = options.report;
  }

  /** Adds a step that will run before all that were added earlier. */
  add(name: string, run: () => void | Promise<void>): void {
    this.#steps.push({ name, run });
  }

  async run(): Promise<void> {
    const endsAt = this.#clock.ticks() + TOTAL_MS_MAX;
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      await this.#runStep(step, Math.min(STEP_MS_MAX, Math.max(0, endsAt - this.#clock.ticks())));
    }
  }

  async #runStep(step: EndingStep, ms: number): Promise<void> {
    let giveUp = (): void => undefined;
    const late = new Promise<'late'>((resolve) => (giveUp = () => resolve('late')));
    const timer = this.#clock.after(ms, giveUp);
    try {
      const outcome = await Promise.race([Promise.resolve(step.run()), late]);
      if (outcome === 'late') this.#report({ step: step.name, reason: 'it took too long' });
    } catch (error) {
      this.#report({ step: step.name, reason: error });
    } finally {
      timer.cancel();
    }
  }
}

export interface EndingProblem {
  readonly step: string;
  readonly reason: unknown;
}

interface EndingStep {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}
