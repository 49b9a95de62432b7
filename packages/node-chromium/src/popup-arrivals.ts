import type { ComingPopup } from '@telepat/otto-node-runtime';
import { POPUPS_REFUSED_MAX, POPUPS_REFUSED_PERIOD_MS } from '@telepat/otto-protocol/limits';
import type { CDPSession } from 'playwright-core';
import type { PageFamily } from './page-family.js';
import type { TabArrival } from './tab-arrivals.js';

/**
 * The pop-ups of our tabs, from the moment in which the browser makes them. One that nobody wants is closed before it
 * has loaded anything. The browser names a tab's opener even when the page asked it not to (`noopener`).
 */
export class PopupArrivals {
  readonly #present: PresentPopup;
  /** Every tab of the browser, by the id of its target. */
  readonly #live = new Map<string, LiveTarget>();
  /** When pop-ups of a tab were refused, lately; never more than end its page. */
  readonly #refusedAt = new WeakMap<PopupOpener, number[]>();

  constructor(present: PresentPopup) {
    this.#present = present;
  }

  /** Follows a browser that has just started; `Target.setDiscoverTargets` makes it tell of its tabs. */
  follow(browser: CDPSession): void {
    browser.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.type === 'page') this.#created(targetInfo, browser);
    });
    browser.on('Target.targetInfoChanged', ({ targetInfo }) => {
      const target = this.#live.get(targetInfo.targetId);
      if (target?.kind === 'refused') target.close();
    });
    browser.on('Target.targetDestroyed', ({ targetId }) => this.#destroyed(targetId));
    browser.on('Browser.downloadWillBegin', ({ frameId }) => this.#isDownload(frameId));
  }

  /** The browser has ended, and everything in it. */
  ended(): void {
    for (const targetId of [...this.#live.keys()]) this.#destroyed(targetId);
  }

  /** From here on a tab of ours is asked what is to become of its pop-ups. */
  adopt(targetId: string, opener: PopupOpener): void {
    if (this.#live.has(targetId)) this.#live.set(targetId, { kind: 'ours', opener });
  }

  /** A page has come up. Whether it is a pop-up of ours, so that nobody else is concerned. */
  arrived(arrival: TabArrival): boolean {
    const { targetId } = arrival;
    const target = this.#live.get(targetId);
    if (target?.kind === 'refused') {
      target.close();
      return true;
    }
    if (target?.kind !== 'coming') return false;
    const { coming, opener, report } = target;
    if (coming.signal.aborted) return true;
    // Whoever follows the page from here on hears of its end.
    this.#live.set(targetId, { kind: 'ours', opener: openerOf(coming, opener.family) });
    void this.#present(arrival, { coming, family: opener.family }).finally(report);
    return true;
  }

  #created({ targetId, openerId }: { targetId: string; openerId?: string }, browser: CDPSession): void {
    const source = openerId === undefined ? undefined : this.#live.get(openerId);
    if (source === undefined || source.kind === 'foreign') return void this.#live.set(targetId, { kind: 'foreign' });
    const close = (): void => void browser.send('Target.closeTarget', { targetId }).catch(alreadyGone);
    // What a pop-up opens that is to go itself is laid to whose pop-up that one was.
    const opener = openerIn(source);
    const coming = source.kind === 'refused' ? undefined : opener.popupComing();
    if (coming === undefined) return this.#refuse(targetId, { opener, close });
    const report = (): void => opener.popupReported();
    this.#live.set(targetId, { kind: 'coming', coming, opener, report, close });
    const stop = (): void => {
      report();
      close();
    };
    if (coming.signal.aborted) stop();
    else coming.signal.addEventListener('abort', stop, { once: true });
  }

  /**
   * Mostly not closed in this very moment: playwright is about to let it run, and until then its opener stands still,
   * for good if it went before that.
   */
  #refuse(targetId: string, { opener, close }: { opener: PopupOpener; close: () => void }): void {
    this.#live.set(targetId, { kind: 'refused', opener, close });
    const now = performance.now();
    const since = now - POPUPS_REFUSED_PERIOD_MS;
    const refusedAt = [...(this.#refusedAt.get(opener) ?? []).filter((at) => at > since), now];
    this.#refusedAt.set(opener, refusedAt.slice(-POPUPS_REFUSED_MAX));
    const isFlood = refusedAt.length >= POPUPS_REFUSED_MAX;
    if (isFlood) opener.crash();
    setTimeout(close, isFlood ? 0 : RUNS_MS_MAX);
  }

  /** A pop-up that is nothing but a download, which is its opener's: some browsers leave it open, empty. */
  #isDownload(targetId: string): void {
    const target = this.#live.get(targetId);
    if (target?.kind !== 'coming') return;
    this.#destroyed(targetId);
    target.close();
  }

  #destroyed(targetId: string): void {
    const target = this.#live.get(targetId);
    this.#live.delete(targetId);
    if (target?.kind !== 'coming') return;
    target.coming.watcher.gone('tab_closed');
    target.report();
  }
}

/** A pop-up runs by then, and has told of it if it loads something. */
const RUNS_MS_MAX = 500;

function openerIn(source: Exclude<LiveTarget, { kind: 'foreign' }>): PopupOpener {
  return source.kind === 'coming' ? openerOf(source.coming, source.opener.family) : source.opener;
}

/** A pop-up that is not followed yet, as the opener of further ones. */
function openerOf({ watcher, signal }: ComingPopup, family: PageFamily): PopupOpener {
  return {
    family,
    popupComing: () => (signal.aborted ? undefined : watcher.popupComing()),
    popupReported: () => undefined,
    crash: () => undefined,
  };
}

/** A tab that is asked whether it wants a pop-up, and told when that is there, or is not coming. */
export interface PopupOpener {
  readonly family: PageFamily;
  popupComing(): ComingPopup | undefined;
  popupReported(): void;
  /** Ends its page, whatever runs in it: nothing else stops one that opens pop-ups without end. */
  crash(): void;
}

/** Resolves when the one who waits for the pop-up was told of it; never rejects. */
type PresentPopup = (
  arrival: TabArrival,
  popup: { readonly coming: ComingPopup; readonly family: PageFamily },
) => Promise<void>;

type LiveTarget =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'ours'; readonly opener: PopupOpener }
  | {
      readonly kind: 'coming';
      readonly coming: ComingPopup;
      readonly opener: PopupOpener;
      readonly report: () => void;
      readonly close: () => void;
    }
  | { readonly kind: 'refused'; readonly opener: PopupOpener; readonly close: () => void };

/** It closed itself, or the browser ended. */
function alreadyGone(): void {}
