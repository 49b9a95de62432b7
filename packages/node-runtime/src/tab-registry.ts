import { OttoError, type IdPrefix } from '@telepat/otto-protocol';
import { TABS_PER_NODE_MAX, TABS_PER_OWNER_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '@telepat/otto-relay-link';
import { PopupPace } from './popup-pace.js';
import type { DriverPage } from './ports.js';
import { TabLife } from './tab-life.js';
import type { PopupSource } from './tab-popups.js';

/**
 * The tabs that this node opened, each with the controller for whom. A place is taken before a tab is opened, so that
 * no burst of commands gets past the limits.
 */
export class TabRegistry {
  readonly #newId: (prefix: IdPrefix) => string;
  readonly #clock: Clock;
  readonly #tabs = new Map<string, ManagedTab>();
  readonly #placesTaken = new Map<string, number>();
  #placesTakenInAll = 0;

  constructor(ports: { newId: (prefix: IdPrefix) => string; clock: Clock }) {
    this.#newId = ports.newId;
    this.#clock = ports.clock;
  }

  /**
   * Takes a place for one more tab; free it when the tab is gone, or when it does not come to be.
   *
   * @throws OttoError `too_many_tabs`
   */
  takePlace(owner: string | undefined): () => void {
    const key = owner ?? NOBODY;
    const taken = this.#placesTaken.get(key) ?? 0;
    if (taken >= TABS_PER_OWNER_MAX || this.#placesTakenInAll >= TABS_PER_NODE_MAX) {
      throw new OttoError('too_many_tabs', { effect: 'none' });
    }
    this.#placesTaken.set(key, taken + 1);
    this.#placesTakenInAll += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#freePlace(key);
      isTaken = false;
    };
  }

  /**
   * Takes a place for a tab that is about to be opened, and says what watches it from its first document on. It is not
   * a managed one before it is added. Its pop-ups have the same owner.
   *
   * @throws OttoError `too_many_tabs`
   */
  expect(owner: string | undefined, opener?: Opener): ExpectedTab {
    const freePlace = this.takePlace(owner);
    const tabSessionId = this.#newId('tab');
    const pace = opener?.pace ?? new PopupPace(this.#clock);
    const popups: PopupSource = {
      pace,
      expect: () => this.expect(owner, { tabSessionId, pace }),
      add: (tab) => this.add(tab),
    };
    const life = new TabLife({ clock: this.#clock, newDownloadId: () => this.#newId('dl'), popups });
    const named = opener === undefined ? {} : { openerTabSessionId: opener.tabSessionId };
    return {
      life,
      freePlace,
      arrived: (page) => ({ tabSessionId, page, life, owner, ...named, createdAt: this.#clock.now(), freePlace }),
    };
  }

  /** Remembers an open tab until it is gone, and frees its place then. */
  add(tab: ManagedTab): void {
    this.#tabs.set(tab.tabSessionId, tab);
    tab.life.whenClosed(() => this.forget(tab));
  }

  forget(tab: ManagedTab): void {
    this.#tabs.delete(tab.tabSessionId);
    tab.freePlace();
  }

  find(tabSessionId: string): ManagedTab | undefined {
    return this.#tabs.get(tabSessionId);
  }

  /** @throws OttoError `unknown_tab_session` */
  require(tabSessionId: string): ManagedTab {
    const tab = this.find(tabSessionId);
    if (tab === undefined) throw new OttoError('unknown_tab_session', { tabSessionId, effect: 'none' });
    return tab;
  }

  /** The pop-ups of a tab that are open. */
  popupsOf(tabSessionId: string): ManagedTab[] {
    return this.list().filter(({ openerTabSessionId }) => openerTabSessionId === tabSessionId);
  }

  /** The tabs of one owner, or all, oldest first. */
  list(owner?: string): ManagedTab[] {
    return [...this.#tabs.values()].filter((tab) => owner === undefined || tab.owner === owner);
  }

  #freePlace(key: string): void {
    this.#placesTakenInAll -= 1;
    const left = (this.#placesTaken.get(key) ?? 0) - 1;
    if (left > 0) this.#placesTaken.set(key, left);
    else this.#placesTaken.delete(key);
  }
}

/** The owner of tabs that were opened without one. */
const NOBODY = '';

/** The tab whose page opens another one. */
interface Opener {
  readonly tabSessionId: string;
  readonly pace: PopupPace;
}

/** A tab that has a place and a name, and is on its way. */
export interface ExpectedTab {
  readonly life: TabLife;
  arrived(page: DriverPage): ManagedTab;
  /** It does not come. */
  readonly freePlace: () => void;
}

export interface ManagedTab {
  readonly tabSessionId: string;
  readonly page: DriverPage;
  readonly life: TabLife;
  /** The identity of the controller that opened it, or the tab whose pop-up it is. */
  readonly owner: string | undefined;
  readonly openerTabSessionId?: string;
  readonly createdAt: number;
  readonly freePlace: () => void;
}
