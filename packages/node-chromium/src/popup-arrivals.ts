import type { ComingPopup } from '@telepat/otto-node-runtime';
import { POPUPS_REFUSED_MAX, POPUPS_REFUSED_PERIOD_MS } from '@telepat/otto-protocol/limits';
import type { PageFamily } from './page-family.js';
import type { TabArrival } from './tab-arrivals.js';

/**
 * The pop-ups of our tabs, from the moment in which the browser makes them. One that nobody wants is closed as soon as
 * it runs, with what little it has loaded by then. The browser names a tab's opener even when the page asked it not to
 * (`noopener`).
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
  follow(browser: BrowserTargets): void {
    browser.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.type === 'page') this.#created(targetInfo, browser);
    });
    browser.on('Target.targetInfoChanged', ({ targetInfo }) => {
      const target = this.#live.get(targetInfo.targetId);
      if (target?.kind === 'refused') target.close();
      if (target?.kind === 'coming' && !SHOWS_NOTHING.has(targetInfo.url)) target.shownUrl = targetInfo.url;
    });
    browser.on('Target.targetDestroyed', ({ targetId }) => this.#destroyed(targetId));
    browser.on('Browser.downloadWillBegin', ({ frameId, url }) => this.#downloads(frameId, url));
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
    this.#live.set(targetId, { kind: 'ours', opener: openerOf(target) });
    void this.#present(arrival, { coming, family: opener.family }).finally(report);
    return true;
  }

  #created({ targetId, openerId }: { targetId: string; openerId?: string }, browser: BrowserTargets): void {
    const source = openerId === undefined ? undefined : this.#live.get(openerId);
    if (source === undefined || source.kind === 'foreign') return void this.#live.set(targetId, { kind: 'foreign' });
    const close = (): void => void browser.send('Target.closeTarget', { targetId }).catch(alreadyGone);
    // What a pop-up opens that is to go itself is laid to whose pop-up that one was.
    const opener = openerIn(source);
    const opened = source.kind === 'refused' ? undefined : opener.popupComing();
    if (opened === undefined) return this.#refuse(targetId, { opener, close });
    const { coming, report } = opened;
    this.#live.set(targetId, { kind: 'coming', coming, opener, report, close, shownUrl: undefined });
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
    const { root = opener } = opener;
    const refusedAt = [...(this.#refusedAt.get(root) ?? []).filter((at) => at > since), now];
    this.#refusedAt.set(root, refusedAt.slice(-POPUPS_REFUSED_MAX));
    const isFlood = refusedAt.length >= POPUPS_REFUSED_MAX;
    if (isFlood) opener.crash();
    setTimeout(close, isFlood ? 0 : RUNS_MS_MAX);
  }

  /**
   * A pop-up that is nothing but a download, which is its opener's: some browsers leave it open, empty. One that has
   * shown anything else before is a tab, and the download its own.
   */
  #downloads(targetId: string, url: string): void {
    const target = this.#live.get(targetId);
    if (target?.kind !== 'coming') return;
    if (target.shownUrl !== undefined && target.shownUrl !== url) return;
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

/** Addresses of a pop-up that is on its way to its first document. */
const SHOWS_NOTHING: ReadonlySet<string> = new Set(['', ':']);

function openerIn(source: Exclude<LiveTarget, { kind: 'foreign' }>): PopupOpener {
  return source.kind === 'coming' ? openerOf(source) : source.opener;
}

/** A pop-up that is not followed yet, as the opener of further ones; those refused are laid to whose pop-up it is. */
function openerOf({ coming, opener, close }: ComingTarget): PopupOpener {
  const { watcher, signal } = coming;
  return {
    family: opener.family,
    root: opener.root ?? opener,
    popupComing: () => {
      const next = signal.aborted ? undefined : watcher.popupComing();
      return next === undefined ? undefined : { coming: next, report: () => undefined };
    },
    crash: () => {
      close();
      opener.crash();
    },
  };
}

/** A pop-up that is wanted, and what tells its opener that it is there, or is not coming; once is enough. */
export interface OpenedPopup {
  readonly coming: ComingPopup;
  readonly report: () => void;
}

/** A tab that is asked whether it wants a pop-up. */
export interface PopupOpener {
  readonly family: PageFamily;
  /** Who answers for it while it is not followed itself. */
  readonly root?: PopupOpener;
  popupComing(): OpenedPopup | undefined;
  /** Ends its page, whatever runs in it: nothing else stops one that opens pop-ups without end. */
  crash(): void;
}

/** What is heard of a browser, and asked of it. */
export interface BrowserTargets {
  on(event: 'Target.targetCreated', hear: (event: { targetInfo: TargetInfo }) => void): unknown;
  on(event: 'Target.targetInfoChanged', hear: (event: { targetInfo: TargetInfo }) => void): unknown;
  on(event: 'Target.targetDestroyed', hear: (event: { targetId: string }) => void): unknown;
  on(event: 'Browser.downloadWillBegin', hear: (event: { frameId: string; url: string }) => void): unknown;
  send(method: 'Target.closeTarget', params: { targetId: string }): Promise<unknown>;
}

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly openerId?: string;
}

/** Resolves when the one who waits for the pop-up was told of it; never rejects. */
type PresentPopup = (
  arrival: TabArrival,
  popup: { readonly coming: ComingPopup; readonly family: PageFamily },
) => Promise<void>;

type LiveTarget =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'ours'; readonly opener: PopupOpener }
  | ComingTarget
  | { readonly kind: 'refused'; readonly opener: PopupOpener; readonly close: () => void };

interface ComingTarget extends OpenedPopup {
  readonly kind: 'coming';
  readonly opener: PopupOpener;
  readonly close: () => void;
  /** The last address at which it showed something. */
  shownUrl: string | undefined;
}

/** It closed itself, or the browser ended. */
function alreadyGone(): void {}
