import type { PageWatcher } from '@telepat/otto-node-runtime';
import type { CDPSession, Dialog, Page } from 'playwright-core';
import { PageDialog } from './page-dialog.js';

/**
 * The dialogs of one page and of the frames in it, one at a time: the browser holds back a second one. Each is told to
 * the watcher and waits for its answer, but for those of a page that is being left.
 */
export class PageDialogs {
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #watcher: Pick<PageWatcher, 'dialogOpened' | 'dialogClosed'>;
  #open: { readonly dialog: Dialog; readonly answering: PageDialog; readonly isTold: boolean } | undefined;
  #leavingCount = 0;
  #shownCount = 0;
  readonly #waiting = new Set<() => void>();

  constructor({ page, session, watcher }: DialogsParts) {
    this.#page = page;
    this.#session = session;
    this.#watcher = watcher;
  }

  /** Starts to follow; in the very moment in which the page is known, so that none is missed. */
  begin(): void {
    this.#page.on('dialog', (dialog) => this.#onOpened(dialog));
    this.#page.on('dialogclosed', (dialog) => this.#onClosed(dialog));
  }

  /** How many there were so far. */
  get shownCount(): number {
    return this.#shownCount;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Settles as `work` does, or gives undefined as soon as a dialog is open: a page that stands still does not answer. */
  unlessOpen<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(undefined);
      const leave = (): void => void this.#waiting.delete(stop);
      this.#waiting.add(stop);
      work.then(resolve, reject).finally(leave);
      if (this.isOpen) stop();
    });
  }

  /**
   * From here on, until the function that it gives is called, the page is being left: questions whether to leave are
   * answered with yes and everything else is dismissed, as it comes and untold. A document that arrives while a dialog
   * of the one before is open is blocked for good, and some browsers crash.
   */
  leave(): () => void {
    this.#leavingCount += 1;
    if (this.#open !== undefined) letGo(this.#open.answering);
    let isLeaving = true;
    return () => {
      if (isLeaving) this.#leavingCount -= 1;
      isLeaving = false;
    };
  }

  /** The page is gone, or crashed: nobody can answer any more. */
  gone(): void {
    if (this.#open !== undefined) this.#onClosed(this.#open.dialog);
  }

  #onOpened(dialog: Dialog): void {
    const isTold = this.#leavingCount === 0;
    // Of a page that crashed once, nobody is told that a dialog is closed.
    this.gone();
    const answering = new PageDialog(dialog, this.#session, () => this.#onClosed(dialog));
    this.#shownCount += 1;
    this.#open = { dialog, answering, isTold };
    for (const stop of [...this.#waiting]) stop();
    if (isTold) this.#watcher.dialogOpened(answering);
    else letGo(answering);
  }

  #onClosed(dialog: Dialog): void {
    if (this.#open?.dialog !== dialog) return;
    const { isTold } = this.#open;
    this.#open = undefined;
    if (isTold) this.#watcher.dialogClosed();
  }
}

function letGo(dialog: PageDialog): void {
  void (dialog.type === 'beforeunload' ? dialog.accept() : dialog.dismiss());
}

interface DialogsParts {
  readonly page: Page;
  readonly session: CDPSession;
  readonly watcher: Pick<PageWatcher, 'dialogOpened' | 'dialogClosed'>;
}
