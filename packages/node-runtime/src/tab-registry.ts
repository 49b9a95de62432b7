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
  /** Pop-ups on their way; the tab whose they are may be gone by now, or not be there itself yet. */
  readonly #coming = new Map<string, ComingTab>();
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
    const { pace, rootTabSessionId } = opener ?? { pace: new PopupPace(this.#clock), rootTabSessionId: tabSessionId };
    const popups: PopupSource = {
      pace,
      expect: (onCalledOff) => this.expect(owner, { tabSessionId, rootTabSessionId, pace, onCalledOff }),
      add: (tab) => this.add(tab),
    };
    const life = new TabLife({ clock: this.#clock, newDownloadId: () => this.#newId('dl'), popups });
    const callOff = (): void => {
      // Its own pop-ups may be on their way before it is there.
      life.popups.refuse();
      opener?.onCalledOff();
    };
    if (opener !== undefined) this.#coming.set(tabSessionId, { owner, rootTabSessionId, callOff });
    const named = {
      tabSessionId,
      rootTabSessionId,
      ...(opener === undefined ? {} : { openerTabSessionId: opener.tabSessionId }),
    };
    return {
      life,
      callOff,
      freePlace: () => {
        this.#coming.delete(tabSessionId);
        freePlace();
      },
      arrived: (page) => {
        this.#coming.delete(tabSessionId);
        return { ...named, page, life, owner, createdAt: this.#clock.now(), freePlace };
      },
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

  /** Those among them that came of a tab, directly or by others of them, which may be gone by now. */
  popupsOf({ tabSessionId }: Pick<ManagedTab, 'tabSessionId'>): ManagedTab[] {
    return this.list().filter((tab) => tab.rootTabSessionId === tabSessionId && tab.tabSessionId !== tabSessionId);
  }

  /** No pop-up comes up any more of the tabs that are meant, nor of what is on its way from them. */
  refusePopups(areMeant: (tab: Pick<ManagedTab, 'owner' | 'rootTabSessionId'>) => boolean): void {
    for (const tab of this.list()) if (areMeant(tab)) tab.life.popups.refuse();
    for (const coming of [...this.#coming.values()]) if (areMeant(coming)) coming.callOff();
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
  readonly rootTabSessionId: string;
  readonly pace: PopupPace;
  readonly onCalledOff: () => void;
}

interface ComingTab {
  readonly owner: string | undefined;
  readonly rootTabSessionId: string;
  readonly callOff: () => void;
}

/** A tab that has a place and a name, and is on its way. */
export interface ExpectedTab {
  readonly life: TabLife;
  arrived(page: DriverPage): ManagedTab;
  /** It is not wanted any more, and neither is what comes of it. */
  readonly callOff: () => void;
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
  /** The tab that a command opened, of which this one came, by however many others; its own when it is that one. */
  readonly rootTabSessionId: string;
  readonly createdAt: number;
  readonly freePlace: () => void;
}
