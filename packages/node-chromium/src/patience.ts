import { setTimeout as pass } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import { abortReason, until, within } from './until.js';

/** How long a piece of work may wait for its page, and what ends the waiting before that. */
export class Patience {
  readonly #endsAt: number;
  readonly #signals: readonly AbortSignal[];
  #hasActed = false;

  constructor(ms: number, signals: readonly AbortSignal[]) {
    this.#endsAt = performance.now() + ms;
    this.#signals = signals;
  }

  /** Never negative. */
  get msLeft(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  get isOver(): boolean {
    return this.msLeft === 0;
  }

  /** Whether something may have been done to the page: what fails from then on has an unknown effect. */
  get hasActed(): boolean {
    return this.#hasActed;
  }

  /**
   * The next thing is done to the page.
   *
   * @throws OttoError the reason of a signal that aborted.
   */
  act(): void {
    this.goOn();
    this.#hasActed = true;
  }

  /** @throws OttoError the reason of a signal that aborted. */
  goOn(): void {
    const aborted = this.#signals.find((signal) => signal.aborted);
    if (aborted !== undefined) throw abortReason(aborted);
  }

  /**
   * What the page answers. It is asked at least for a moment, also when the time is over.
   *
   * @throws OttoError `script_failed` when it does not answer: it is too busy, or on its way to another page.
   */
  async answer<T>(work: Promise<T>): Promise<T> {
    const answered = work.then((value) => ({ value }));
    const answer = await within(Math.max(MOMENT_MS, this.msLeft), answered, this.#signals);
    if (answer !== undefined) return answer.value;
    const message = 'The page does not answer: a script keeps it busy, or it is on its way to another page.';
    throw new OttoError('script_failed', { message, effect: this.#hasActed ? 'unknown' : 'none' });
  }

  /** Lets some time pass, but no more than there is. */
  async pause(ms: number): Promise<void> {
    await until(pass(Math.min(ms, this.msLeft)), this.#signals);
  }
}

const MOMENT_MS = 400;
