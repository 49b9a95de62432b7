import { OttoError, isErrorCode, type ErrorContext } from '@telepat/otto-protocol';
import type { PageInput } from '@telepat/otto-node-runtime';
import { actFailure, hasBegun, hasFound, wentWithFrame } from './act-failure.js';
import type { InputWorld } from './input-world.js';
import { Patience } from './patience.js';
import { performInput } from './perform-input.js';
import { RefWatch } from './ref-watch.js';
import { abortReason, within } from './until.js';

/** Acts on one page like a person: one input after another, each with what comes of it. */
export class PageActor {
  readonly #parts: Omit<InputWorld, 'patience' | 'signal'>;

  constructor(parts: Omit<InputWorld, 'patience' | 'signal'>) {
    this.#parts = parts;
  }

  /**
   * Does an input, and resolves when what it caused has begun, with the title of the page if that was told. `signals`
   * hold `signal` and what ends the page.
   */
  async act(input: PageInput, { waitMs, signal, signals, whenThere }: ActOptions): Promise<{ title?: string }> {
    const { settling, finder, documents } = this.#parts;
    const watch = new RefWatch(finder, input);
    const patience = new Patience(waitMs, [...signals, watch.signal]);
    let before = documents.loaderId;
    try {
      await whenThere();
      before = await settling.calm(signals);
      patience.goOn();
      watch.begin();
      await this.#perform(input, { ...this.#parts, patience, signal: AbortSignal.any([signal, watch.signal]) });
    } catch (error) {
      // Everything of a click is sent at one go: it is what took the element away.
      const isDone = input.kind === 'click' && watch.signal.aborted && !signal.aborted && hasBegun(error);
      if (isDone) return settling.settle(before, signals);
      if (hasBegun(error) || patience.hasActed) await this.#stop(input, signal);
      const ended = [signal, watch.signal].find(({ aborted }) => aborted);
      if (ended !== undefined) throw stopped(ended, { error, mayHaveActed: mayHaveActed(input, patience, error) });
      throw actFailure(error, patience);
    } finally {
      watch.end();
    }
    return settling.settle(before, signals);
  }

  /** An element that went with its frame may come again with another one. */
  async #perform(input: PageInput, world: InputWorld): Promise<void> {
    const { patience } = world;
    for (;;) {
      try {
        return await performInput(input, world);
      } catch (error) {
        const isToBeSought = wentWithFrame(error) && !hasBegun(error) && !patience.hasActed && !patience.isOver;
        if (!isToBeSought) throw error;
      }
    }
  }

  /**
   * An input that ended in the middle holds no key. When it was told to stop, nothing of it is to happen later: what was
   * sent cannot be called back, but waited for. Behind a dialog it has to wait itself.
   */
  async #stop(input: PageInput, signal: AbortSignal): Promise<void> {
    const { page, session } = this.#parts;
    const modifiers = 'modifiers' in input ? input.modifiers : [];
    const lifted = Promise.all(modifiers.map((key) => page.keyboard.up(key)));
    const handled = lifted.then(() => session.send('Runtime.evaluate', { expression: '0' })).then(done, done);
    const isStopped = signal.aborted && abortReason(signal).code !== 'dialog_open';
    if (isStopped) await within(HANDLED_MS_MAX, handled, []);
  }
}

/** Less than the time for which a command that was told to stop is waited for. */
const HANDLED_MS_MAX = 3_000;

/** The reason of the signal, with what is known of the effect. */
function stopped(signal: AbortSignal, { error, mayHaveActed }: { error: unknown; mayHaveActed: boolean }): OttoError {
  const { code, context } = abortReason(signal);
  const known: ErrorContext = { ...context, effect: mayHaveActed ? 'unknown' : 'none' };
  return isErrorCode(code) ? new OttoError(code, known, { cause: error }) : abortReason(signal);
}

/** Where playwright acts in one step with finding the element, nobody knows. */
function mayHaveActed(input: PageInput, { hasActed }: Patience, error: unknown): boolean {
  if (hasActed || hasBegun(error)) return true;
  return ONE_STEP_KINDS.has(input.kind) && hasFound(error);
}

const ONE_STEP_KINDS: ReadonlySet<string> = new Set(['fill', 'select', 'upload', 'scroll_into_view']);

/** It was handled, or the page is gone. */
function done(): void {}

interface ActOptions {
  readonly waitMs: number;
  /** Resolves when the page that the tab was sent to is there. */
  readonly whenThere: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly signals: readonly AbortSignal[];
}
