import type { DriverDialog, DriverDownload, DriverPage, PageWatcher } from '@telepat/otto-node-runtime';

/**
 * The watcher of a tab that may get its own later, as a pop-up does: what happened before is told to it then, in the
 * order it happened.
 */
export class LateWatcher implements PageWatcher {
  #watcher: PageWatcher | undefined;
  #untold: ((watcher: PageWatcher) => void)[] = [];
  #tellThere: () => void = () => {};
  /** Resolves when there is somebody to tell. */
  readonly there = new Promise<void>((resolve) => (this.#tellThere = resolve));

  /** From here on `watcher` is told of everything. */
  tell(watcher: PageWatcher): void {
    this.#watcher = watcher;
    for (const tell of this.#untold.splice(0)) tell(watcher);
    this.#tellThere();
  }

  gone(reason: 'tab_closed' | 'tab_crashed'): void {
    this.#pass((watcher) => watcher.gone(reason));
  }

  dialogOpened(dialog: DriverDialog): void {
    this.#pass((watcher) => watcher.dialogOpened(dialog));
  }

  dialogClosed(): void {
    this.#pass((watcher) => watcher.dialogClosed());
  }

  downloadBegan(download: DriverDownload): void {
    this.#pass((watcher) => watcher.downloadBegan(download));
  }

  /** Only once somebody is there: a pop-up of a tab that nobody has taken yet waits for that. */
  popupOpened(page: DriverPage): PageWatcher | undefined {
    return this.#watcher?.popupOpened(page);
  }

  #pass(tell: (watcher: PageWatcher) => void): void {
    if (this.#watcher === undefined) this.#untold.push(tell);
    else tell(this.#watcher);
  }
}
