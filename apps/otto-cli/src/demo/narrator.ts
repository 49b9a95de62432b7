import type { Screen } from '../screen.js';

/** Tells the demo as it happens: one line for each step, with what came of it and how long it took. */
export class Narrator {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #steps: ToldStep[] = [];

  constructor(options: { screen: Screen; now: () => number }) {
    this.#screen = options.screen;
    this.#now = options.now;
  }

  /** What has been told so far. */
  get steps(): readonly ToldStep[] {
    return this.#steps;
  }

  heading(text: string): void {
    this.#screen.line(this.#screen.ink.bold(text));
  }

  /**
   * Does one step. `title` says what is being done, while it is; the returned sentence says what came of it. A step
   * that fails is told as failed, and its error goes on.
   */
  async step<T>(title: string, work: () => Promise<Told<T>>): Promise<T> {
    const { ink } = this.#screen;
    const number = String(this.#steps.length + 1).padStart(2);
    const started = this.#now();
    this.#screen.pending(`${number}   ${ink.dim(`${title} …`)}`);
    try {
      const { told, value } = await work();
      const durationMs = Math.round(this.#now() - started);
      this.#steps.push({ title, told, durationMs });
      this.#screen.line(`${number} ${ink.green('✓')} ${ink.plain(told)}  ${ink.dim(seconds(durationMs))}`);
      return value;
    } catch (error) {
      this.#screen.line(`${number} ${ink.red('✗')} ${ink.plain(title)}  ${ink.dim(seconds(this.#now() - started))}`);
      throw error;
    }
  }

  /** Lines that belong to the last step: content of a page, a table. Foreign text is fine. */
  detail(text: string): void {
    const { ink } = this.#screen;
    for (const line of text.split('\n')) this.#screen.line(`     ${ink.dim('│')} ${ink.plain(line)}`.trimEnd());
  }

  /** A text that the user asked for: all of it, as it is. */
  whole(text: string): void {
    this.#screen.whole(`\n${text.trim()}\n\n`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What came of a step, in one sentence, and what the next steps need of it. */
export interface Told<T> {
  readonly told: string;
  readonly value: T;
}

export interface ToldStep {
  readonly title: string;
  readonly told: string;
  readonly durationMs: number;
}
