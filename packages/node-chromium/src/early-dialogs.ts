import type { Dialog, Page } from 'playwright-core';

/** Holds the dialog that a page shows before anybody follows it: from the very moment in which the page is known. */
export class EarlyDialogs {
  readonly #page: Page;
  #open: Dialog | undefined;
  readonly #onOpened = (dialog: Dialog): void => void (this.#open = dialog);
  readonly #onClosed = (dialog: Dialog): void => {
    if (this.#open === dialog) this.#open = undefined;
  };

  constructor(page: Page) {
    this.#page = page;
  }

  begin(): void {
    this.#page.on('dialog', this.#onOpened).on('dialogclosed', this.#onClosed);
  }

  /** Ends the holding, for whoever follows the page from here on; gives the dialog that is open. */
  release(): Dialog | undefined {
    this.#page.off('dialog', this.#onOpened).off('dialogclosed', this.#onClosed);
    return this.#open;
  }
}
