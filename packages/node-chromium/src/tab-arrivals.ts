import type { CDPSession, Page } from 'playwright-core';
import { EarlyDialogs } from './early-dialogs.js';
import type { PopupArrivals } from './popup-arrivals.js';

/**
 * Tells the tabs that come up apart: those that we made, pop-ups of them, and those that a user opened in a visible
 * browser, which are left alone.
 */
export class TabArrivals {
  /** Tabs being made: what comes up meanwhile may be one of them, though its id is not known yet. */
  #makingCount = 0;
  readonly #unclaimed = new Map<string, TabArrival>();
  readonly #expected = new Map<string, (arrival: TabArrival) => void>();
  readonly #popups: Pick<PopupArrivals, 'arrived'>;
  readonly #leaveToUser: (page: Page) => void;

  constructor({ popups, leaveToUser }: TabArrivalsPorts) {
    this.#popups = popups;
    this.#leaveToUser = leaveToUser;
  }

  /** Makes a tab, and waits until it has come up. */
  async expect(make: () => Promise<string>): Promise<TabArrival> {
    this.#makingCount++;
    try {
      const targetId = await make();
      const arrival = this.#unclaimed.get(targetId);
      this.#unclaimed.delete(targetId);
      if (arrival !== undefined) return arrival;
      return await new Promise<TabArrival>((resolve) => this.#expected.set(targetId, resolve));
    } finally {
      this.#makingCount--;
      if (this.#makingCount === 0) this.#leaveUnclaimed();
    }
  }

  /** A page is known, in this very moment. */
  async add(page: Page): Promise<void> {
    const early = new EarlyDialogs(page);
    early.begin();
    try {
      const session = await page.context().newCDPSession(page);
      const { targetInfo } = await session.send('Target.getTargetInfo');
      const arrival = { page, session, early, targetId: targetInfo.targetId };
      if (!this.#popups.arrived(arrival)) this.#welcome(arrival);
    } catch {
      // It was closed while it came up.
    }
  }

  #welcome(arrival: TabArrival): void {
    const { targetId } = arrival;
    const claim = this.#expected.get(targetId);
    this.#expected.delete(targetId);
    if (claim !== undefined) claim(arrival);
    else if (this.#makingCount > 0 && arrival.page.url() === 'about:blank') this.#unclaimed.set(targetId, arrival);
    else this.#leaveAlone(arrival);
  }

  #leaveUnclaimed(): void {
    for (const arrival of this.#unclaimed.values()) this.#leaveAlone(arrival);
    this.#unclaimed.clear();
  }

  #leaveAlone({ page, early, session }: TabArrival): void {
    this.#leaveToUser(page);
    early.release();
    session.detach().catch(alreadyGone);
  }
}

/** A tab that closed at once. */
function alreadyGone(): void {}

/** A tab that came up, and the DevTools session with it. */
export interface TabArrival {
  readonly targetId: string;
  readonly page: Page;
  readonly early: EarlyDialogs;
  readonly session: CDPSession;
}

interface TabArrivalsPorts {
  readonly popups: Pick<PopupArrivals, 'arrived'>;
  /** Told of each tab that a user opened. */
  readonly leaveToUser: (page: Page) => void;
}
