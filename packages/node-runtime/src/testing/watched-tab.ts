import type { DriverDialog, DriverDownload, DriverPage, PageWatcher } from '../ports.js';

/** A watcher that keeps what it was told; pop-ups are taken and watched as well. */
export class WatchedTab implements PageWatcher {
  readonly ends: ('tab_closed' | 'tab_crashed')[] = [];
  readonly dialogs: DriverDialog[] = [];
  readonly downloads: DriverDownload[] = [];
  readonly popups: { readonly page: DriverPage; readonly watcher: WatchedTab }[] = [];
  dialogsClosed = 0;
  #tell: () => void = () => {};

  gone(reason: 'tab_closed' | 'tab_crashed'): void {
    this.ends.push(reason);
    this.#tell();
  }

  dialogOpened(dialog: DriverDialog): void {
    this.dialogs.push(dialog);
    this.#tell();
  }

  dialogClosed(): void {
    this.dialogsClosed += 1;
    this.#tell();
  }

  downloadBegan(download: DriverDownload): void {
    this.downloads.push(download);
    this.#tell();
  }

  popupOpened(page: DriverPage): PageWatcher {
    const watcher = new WatchedTab();
    this.popups.push({ page, watcher });
    this.#tell();
    return watcher;
  }

  /** Resolves when the condition holds; it is looked at again after each thing that is told. */
  async until(condition: (tab: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => (this.#tell = resolve));
  }
}
