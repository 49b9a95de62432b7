import { OttoError } from '@telepat/otto-protocol';
import { SITE_COMMAND_WAIT_MS_DEFAULT } from '@telepat/otto-protocol/limits';
import { abortReason } from '../abort-reason.js';
import { abortWith } from '../abort-with.js';
import type { ActionCall } from '../node-action.js';
import type { DriverPage } from '../ports.js';

/**
 * The right to use a tab for as long as a command runs. What is under way when it ends is stopped, and whoever kept the
 * page finds it closed: a plug-in that goes on regardless touches nothing any more.
 */
export class PageLease {
  readonly #page: DriverPage;
  readonly #call: ActionCall;
  readonly #stop = new AbortController();
  readonly #uses = new Set<Promise<unknown>>();
  #leave = (): void => undefined;
  #isOver = false;

  constructor(page: DriverPage, call: ActionCall) {
    this.#page = page;
    this.#call = call;
  }

  begin(): void {
    this.#leave = abortWith(this.#call.signal, this.#stop);
  }

  /** Milliseconds that a use may take; at the end of the command's time it is over anyway. */
  waitMs(wantedMs = SITE_COMMAND_WAIT_MS_DEFAULT): number {
    return Math.max(1, Math.min(wantedMs, this.#call.msLeft()));
  }

  /** Uses the page. The promise may be left alone: its rejection is nobody's crash. */
  use<T>(work: (page: DriverPage, signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const using = this.#use(work);
    this.#uses.add(using);
    using.catch(unheard).finally(() => this.#uses.delete(using));
    return using;
  }

  /** Like `use`, with a limit of its own that the input may name: `wait_timed_out` when it passes first. */
  useFor<I extends { readonly timeoutMs?: number | undefined }, T>(
    prepare: () => I,
    work: (page: DriverPage, signal: AbortSignal, input: I) => Promise<T>,
  ): Promise<T> {
    return this.use(async (page, signal) => {
      const input = prepare();
      const waitMs = this.waitMs(input.timeoutMs);
      const given = new AbortController();
      const timer = this.#call.tools.clock.after(waitMs, () => given.abort(new OttoError('wait_timed_out')));
      const leave = abortWith(signal, given);
      try {
        return await work(page, given.signal, input);
      } catch (error) {
        throw given.signal.aborted ? abortReason(given.signal) : error;
      } finally {
        timer.cancel();
        leave();
      }
    });
  }

  /** Stops what is under way, and resolves when it has stopped. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#leave();
    if (!this.#stop.signal.aborted) this.#stop.abort(new OttoError('tab_closed', { message: OVER }));
    await Promise.allSettled(this.#uses);
  }

  async #use<T>(work: (page: DriverPage, signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const { signal } = this.#stop;
    if (this.#isOver) throw new OttoError('tab_closed', { message: OVER });
    if (signal.aborted) throw abortReason(signal);
    try {
      return await work(this.#page, signal);
    } catch (error) {
      // A bug of the driver's is not the plug-in's, and its words are not for the wire.
      throw signal.aborted ? abortReason(signal) : OttoError.from(error);
    }
  }
}

const OVER = 'The site command has ended, and its page with it.';

/** Whoever waits for it hears of it. */
function unheard(): void {}
