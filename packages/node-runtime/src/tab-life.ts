import type { Clock } from '@telepat/otto-relay-link';
import type { DriverDialog, DriverDownload, DriverPage, PageWatcher } from './ports.js';
import { TabDialogs } from './tab-dialogs.js';
import { Warnings } from './warnings.js';

/** What one tab does by itself, from its first document to its end. */
export class TabLife implements PageWatcher {
  /** For the tab's next result. */
  readonly warnings = new Warnings();
  readonly dialogs: TabDialogs;
  #isClosed = false;
  #onClosed: () => void = () => {};

  /** Of a temporary tab nobody hears before it is gone: nothing in it is held for an answer. */
  constructor({ clock, isTemporary = false }: { clock: Clock; isTemporary?: boolean }) {
    this.dialogs = new TabDialogs({
      clock,
      areHeld: !isTemporary,
      warn: (sentence) => this.warnings.add(sentence),
    });
  }

  /** Runs when the tab is gone for good; at once when it is gone already. */
  whenClosed(run: () => void): void {
    this.#onClosed = run;
    if (this.#isClosed) run();
  }

  gone(reason: 'tab_closed' | 'tab_crashed'): void {
    this.dialogs.closed();
    // A crashed page can be loaded again in the same tab; a closed one is gone.
    if (reason !== 'tab_closed' || this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
  }

  dialogOpened(dialog: DriverDialog): void {
    this.dialogs.opened(dialog);
  }

  dialogClosed(): void {
    this.dialogs.closed();
  }

  downloadBegan(download: DriverDownload): void {
    void download.discard();
  }

  popupOpened(_page: DriverPage): PageWatcher | undefined {
    return undefined;
  }
}
