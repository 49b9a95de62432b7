import type { ComingPopup, DriverDialog, DriverDownload, DriverPage, PageWatcher } from '../ports.js';

/** A watcher that keeps what it was told; pop-ups are taken and watched as well. */
export class WatchedTab implements PageWatcher {
  readonly ends: ('tab_closed' | 'tab_crashed')[] = [];
  /** Those of other tabs that stop this one included. */
  readonly dialogs: DriverDialog[] = [];
  readonly downloads: DriverDownload[] = [];
  readonly popups: { readonly page: DriverPage; readonly watcher: WatchedTab }[] = [];
  dialogsClosed = 0;
  /** How many pop-ups were on their way so far, those that were refused included. */
  popupsComing = 0;
  /** More of them are refused. */
  popupsMax = Number.POSITIVE_INFINITY;
  /** Aborting it calls off what is on its way. */
  readonly unwanted = new AbortController();
  readonly #waiting = new Set<() => void>();

  gone(reason: 'tab_closed' | 'tab_crashed'): void {
    this.ends.push(reason);
    this.#tell();
  }

  dialogOpened(dialog: DriverDialog): void {
    this.dialogs.push(dialog);
    this.#tell();
  }

  stoppedBy(dialog: DriverDialog): void {
    this.dialogOpened(dialog);
  }

  dialogClosed(): void {
    this.dialogsClosed += 1;
    this.#tell();
  }

  downloadBegan(download: DriverDownload): void {
    this.downloads.push(download);
    this.#tell();
  }

  popupComing(): ComingPopup | undefined {
    this.popupsComing += 1;
    if (this.popupsComing > this.popupsMax) return undefined;
    const watcher = new WatchedTab();
    const opened = (page: DriverPage): void => {
      this.popups.push({ page, watcher });
      this.#tell();
    };
    return { watcher, signal: this.unwanted.signal, opened };
  }

  /** Resolves when the condition holds; it is looked at again after each thing that is told. */
  async until(condition: (tab: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #tell(): void {
    const resolves = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of resolves) resolve();
  }
}
