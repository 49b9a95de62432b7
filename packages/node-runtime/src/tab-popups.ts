import { OttoError } from '@telepat/otto-protocol';
import { POPUPS_IN_PERIOD_MAX, POPUPS_PERIOD_MS, POPUP_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '@telepat/otto-relay-link';
import type { PopupPace } from './popup-pace.js';
import type { ComingPopup, DriverPage } from './ports.js';
import type { ExpectedTab, ManagedTab } from './tab-registry.js';

/**
 * The pop-ups of one tab. Each becomes a managed tab of the same owner, unless there are too many of them, or nobody
 * wants the tab any more; then it is closed as it comes, and a warning tells so.
 */
export class TabPopups {
  readonly #ports: TabPopupsPorts;
  #areUnwanted = false;
  /** Calls off each that is on its way. */
  readonly #coming = new Set<() => void>();
  /** Each as long as it is open: a page that nobody acts on may open and close them without end. */
  readonly #untold = new Set<ManagedTab>();

  constructor(ports: TabPopupsPorts) {
    this.#ports = ports;
  }

  /** One comes up; its place is taken before it is there. */
  coming(): ComingPopup | undefined {
    if (this.#areUnwanted) return undefined;
    const { source, warn } = this.#ports;
    if (source === undefined) {
      warn('A pop-up of the page was closed as it came: a page that is only read keeps none.');
      return undefined;
    }
    if (!source.pace.admits()) {
      const limit = `${POPUPS_IN_PERIOD_MAX} within ${POPUPS_PERIOD_MS / 1_000} s`;
      warn(`Pop-ups of the page were closed as they came: it opens more than ${limit}.`);
      return undefined;
    }
    return this.#expect(source);
  }

  /** Those that opened since the last time and are still there, for the outcome of a command; told only once. */
  takeUntold(): ShownPopup[] {
    const untold = [...this.#untold];
    this.#untold.clear();
    return untold.map(({ tabSessionId, page }) => ({ tabSessionId, tabId: page.tabId, url: page.url() }));
  }

  /** The tab is about to be closed: what is on its way does not come, and nothing more does. */
  refuse(): void {
    this.#areUnwanted = true;
    for (const giveUp of [...this.#coming]) giveUp();
  }

  #expect(source: PopupSource): ComingPopup | undefined {
    try {
      const given = new AbortController();
      const place = source.expect(() => given.abort(new OttoError('tab_closed')));
      return this.#await(place, given.signal, source);
    } catch (error) {
      if (!(error instanceof OttoError)) throw error;
      this.#ports.warn('A pop-up of the page was closed as it came: there are too many tabs.');
      return undefined;
    }
  }

  #await(place: ExpectedTab, signal: AbortSignal, source: PopupSource): ComingPopup {
    const giveUp = place.callOff;
    const patience = this.#ports.clock.after(POPUP_WAIT_MS_MAX, () => {
      this.#ports.warn(`A pop-up that did not load was closed after ${POPUP_WAIT_MS_MAX / 1_000} s.`);
      giveUp();
    });
    this.#coming.add(giveUp);
    const settle = (): void => {
      patience.cancel();
      this.#coming.delete(giveUp);
    };
    place.life.whenClosed(() => {
      settle();
      place.freePlace();
    });
    return {
      watcher: place.life,
      signal,
      opened: (page: DriverPage) => {
        settle();
        const tab = place.arrived(page);
        this.#untold.add(tab);
        tab.life.whenClosed(() => this.#untold.delete(tab));
        source.add(tab);
      },
    };
  }
}

/** What the pop-ups of a tab are made of. */
export interface PopupSource {
  readonly pace: PopupPace;
  /**
   * `onCalledOff` runs when the tab is not wanted any more before it is there.
   *
   * @throws OttoError `too_many_tabs`
   */
  expect(onCalledOff: () => void): ExpectedTab;
  add(tab: ManagedTab): void;
}

/** As the fields of `popups` in outcomes. */
export interface ShownPopup {
  readonly tabSessionId: string;
  readonly tabId: number;
  readonly url: string;
}

interface TabPopupsPorts {
  readonly clock: Clock;
  /** Without one, no pop-up is kept. */
  readonly source: PopupSource | undefined;
  readonly warn: (sentence: string) => void;
}
