import type { Clock } from '@telepat/otto-relay-link';
import type { ComingPopup, DriverDialog, DriverDownload, PageWatcher } from './ports.js';
import { TabDialogs } from './tab-dialogs.js';
import { TabDownloads } from './tab-downloads.js';
import { TabPopups, type PopupSource } from './tab-popups.js';
import { Warnings } from './warnings.js';

/** What one tab does by itself, from its first document to its end. */
export class TabLife implements PageWatcher {
  /** For the tab's next result. */
  readonly warnings = new Warnings();
  readonly dialogs: TabDialogs;
  readonly downloads: TabDownloads;
  readonly popups: TabPopups;
  #isClosed = false;
  #onClosed: (() => void)[] = [];

  /**
   * Of a temporary tab nobody hears before it is gone: nothing in it is held for an answer, and without `newDownloadId`
   * and `popups` none of them are kept.
   */
  constructor({ clock, newDownloadId, popups }: TabLifePorts) {
    const warn = (sentence: string): void => this.warnings.add(sentence);
    this.dialogs = new TabDialogs({ clock, areHeld: popups !== undefined, warn });
    this.downloads = new TabDownloads({ newId: newDownloadId, warn });
    this.popups = new TabPopups({ clock, source: popups, warn });
  }

  /** Whether the tab is gone for good. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Runs when the tab is gone for good; at once when it is gone already. */
  whenClosed(run: () => void): void {
    if (this.#isClosed) run();
    else this.#onClosed.push(run);
  }

  gone(reason: 'tab_closed' | 'tab_crashed'): void {
    this.dialogs.closed();
    // A crashed page can be loaded again in the same tab; a closed one is gone.
    if (reason !== 'tab_closed' || this.#isClosed) return;
    this.#isClosed = true;
    this.downloads.end();
    const toRun = this.#onClosed;
    this.#onClosed = [];
    for (const run of toRun) run();
  }

  dialogOpened(dialog: DriverDialog): void {
    this.dialogs.opened(dialog);
  }

  stoppedBy(dialog: DriverDialog): void {
    this.dialogs.stoppedBy(dialog);
  }

  dialogClosed(): void {
    this.dialogs.closed();
  }

  downloadBegan(download: DriverDownload): void {
    this.downloads.began(download);
  }

  popupComing(): ComingPopup | undefined {
    return this.popups.coming();
  }
}

interface TabLifePorts {
  readonly clock: Clock;
  /** Undefined for a temporary tab. */
  readonly newDownloadId?: () => string;
  /** Undefined for a temporary tab. */
  readonly popups?: PopupSource;
}
