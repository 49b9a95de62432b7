import type { InterceptOptions, InterceptWatcher, Interception } from '@telepat/otto-node-runtime';
import { OttoError } from '@telepat/otto-protocol';
import { newLife } from '../new-life.js';
import { abortReason, until } from '../until.js';
import type { BodyBudget } from './body-budget.js';
import { browserPatterns } from './browser-patterns.js';
import { Capture } from './capture.js';
import { Exchanges } from './exchanges.js';
import { NetworkTap } from './network-tap.js';
import { ResponseGate } from './response-gate.js';
import type { PageSession } from './target-session.js';

/**
 * What one page loads, for everyone who wants to hear of it: one tap for all, that is there as long as anybody listens.
 */
export class PageNetwork {
  readonly #world: PageNetworkWorld;
  readonly #captures = new Set<Capture>();
  #tap: NetworkTap | undefined;
  /** Aborted when the page is gone, or has crashed: the browser may answer nothing any more then. */
  readonly #life = newLife();
  /** Changes of the tap, one after another. */
  #changing: Promise<void> = Promise.resolve();

  constructor(world: PageNetworkWorld) {
    this.#world = world;
  }

  async intercept(
    options: InterceptOptions,
    watcher: InterceptWatcher,
    signals: readonly AbortSignal[],
  ): Promise<Interception> {
    const over = signals.find(({ aborted }) => aborted);
    if (over !== undefined) throw abortReason(over);
    const capture = new Capture(options, watcher);
    this.#captures.add(capture);
    try {
      await until(this.#adapt(), signals);
    } catch (error) {
      // Not waited for: what did not answer until now may not answer this either.
      void this.#remove(capture);
      throw error;
    }
    return { stop: () => this.#remove(capture) };
  }

  /** The page is gone, or has crashed: whoever listens is told, and what listens ends. */
  detach(reason: 'tab_closed' | 'tab_crashed'): void {
    this.#life.abort(new OttoError(reason));
    const captures = [...this.#captures];
    this.#captures.clear();
    for (const capture of captures) capture.detached(reason);
    // Not in its turn: the change that is under way may wait for an answer that will not come.
    void this.#tap?.end();
    this.#tap = undefined;
  }

  async #remove(capture: Capture): Promise<void> {
    capture.isOver = true;
    this.#captures.delete(capture);
    // Where the tap cannot be told, the page is gone, and nothing is heard or stopped any more.
    await until(this.#adapt(), [this.#life.signal]).catch(() => {});
  }

  /** Makes the tap what those who listen need now. */
  #adapt(): Promise<void> {
    const change = this.#changing.then(() => this.#adaptNow());
    this.#changing = change.catch(() => {});
    return change;
  }

  async #adaptNow(): Promise<void> {
    const isHeard = this.#captures.size > 0;
    const tap = this.#tap ?? (isHeard ? await this.#open() : undefined);
    if (tap === undefined) return;
    if (isHeard || !tap.mayEnd) await tap.adapt({ isHeard, patterns: browserPatterns(this.#captures) });
    // Whoever listened may have gone meanwhile.
    if (this.#captures.size > 0 || !tap.mayEnd) return;
    this.#tap = undefined;
    await tap.end();
  }

  async #open(): Promise<NetworkTap> {
    const { budget, openSession, pageUrl } = this.#world;
    const session = await openSession();
    const { targetInfo } = await session.send('Target.getTargetInfo');
    if (this.#life.signal.aborted) {
      await session.detach();
      throw abortReason(this.#life.signal);
    }
    const world = { captures: this.#captures, budget, pageUrl, mainFrameId: targetInfo.targetId };
    const exchanges = new Exchanges(world);
    const tap = new NetworkTap(session, { exchanges, gate: new ResponseGate(exchanges, budget) });
    this.#tap = tap;
    await tap.begin();
    return tap;
  }
}

export interface PageNetworkWorld {
  readonly budget: BodyBudget;
  openSession(): Promise<PageSession>;
  /** Where the tab is now. */
  pageUrl(): string;
}
