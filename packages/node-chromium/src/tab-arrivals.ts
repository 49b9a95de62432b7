import type { CDPSession, Page } from 'playwright-core';

/**
 * Tells the tabs that come up apart: those that we made, pop-ups of them, which are closed, and those that a user
 * opened in a visible browser, which are left alone. The browser names a tab's opener even when the page asked it not
 * to (`noopener`).
 */
export class TabArrivals {
  /** Tabs being made: what comes up meanwhile may be one of them, though its id is not known yet. */
  #makingCount = 0;
  readonly #unclaimed = new Map<string, TabArrival>();
  readonly #expected = new Map<string, (arrival: TabArrival) => void>();
  /** Ids of our tabs and of pop-ups, so that a pop-up of a pop-up is known as one. */
  readonly #family = new Set<string>();

  /** Makes a tab, and waits until it has come up. */
  async expect(make: () => Promise<string>): Promise<TabArrival> {
    this.#makingCount++;
    try {
      const targetId = await make();
      this.#join(targetId);
      const arrival = this.#unclaimed.get(targetId);
      if (arrival !== undefined) return arrival;
      return await new Promise<TabArrival>((resolve) => this.#expected.set(targetId, resolve));
    } finally {
      this.#makingCount--;
      if (this.#makingCount === 0) this.#unclaimed.clear();
    }
  }

  async add(page: Page): Promise<void> {
    try {
      const session = await page.context().newCDPSession(page);
      const { targetInfo } = await session.send('Target.getTargetInfo');
      const { targetId, openerId } = targetInfo;
      if (openerId !== undefined && this.#family.has(openerId)) {
        this.#join(targetId);
        await page.close();
      } else this.#welcome(targetId, { page, session });
    } catch {
      // It was closed while it came up.
    }
  }

  #welcome(targetId: string, arrival: TabArrival): void {
    const claim = this.#expected.get(targetId);
    this.#expected.delete(targetId);
    if (claim !== undefined) claim(arrival);
    else if (this.#makingCount > 0 && arrival.page.url() === 'about:blank') this.#unclaimed.set(targetId, arrival);
    else arrival.session.detach().catch(alreadyGone);
  }

  #join(targetId: string): void {
    this.#family.add(targetId);
    for (const oldest of this.#family) {
      if (this.#family.size <= FAMILY_MAX) break;
      this.#family.delete(oldest);
    }
  }
}

/** Far more than tabs can be open at a time; a pop-up of an older one would be left open. */
const FAMILY_MAX = 5_000;

/** A tab that closed at once. */
function alreadyGone(): void {}

/** A tab that came up, and the DevTools session with it. */
export interface TabArrival {
  readonly page: Page;
  readonly session: CDPSession;
}
