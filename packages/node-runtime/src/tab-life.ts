import type { DriverDialog, DriverDownload, DriverPage, PageWatcher } from './ports.js';

/** What one tab does by itself, from its first document to its end. */
export class TabLife implements PageWatcher {
  #isClosed = false;
  #onClosed: () => void = () => {};

  /** Runs when the tab is gone for good; at once when it is gone already. */
  whenClosed(run: () => void): void {
    this.#onClosed = run;
    if (this.#isClosed) run();
  }

  gone(reason: 'tab_closed' | 'tab_crashed'): void {
    // A crashed page can be loaded again in the same tab; a closed one is gone.
    if (reason !== 'tab_closed' || this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
  }

  dialogOpened(dialog: DriverDialog): void {
    void dialog.dismiss();
  }

  dialogClosed(): void {}

  downloadBegan(download: DriverDownload): void {
    void download.discard();
  }

  popupOpened(_page: DriverPage): PageWatcher | undefined {
    return undefined;
  }
}
