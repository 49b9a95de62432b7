import type { DriverDialog, PageWatcher } from '@telepat/otto-node-runtime';
import type { CDPSession, Dialog, Page } from 'playwright-core';
import type { EarlyDialogs } from './early-dialogs.js';
import { PageDialog } from './page-dialog.js';
import type { PageFamily } from './page-family.js';

/**
 * The dialogs of one page and of the frames in it, one at a time: the browser holds back a second one. Each is told to
 * the watcher and waits for its answer, but for those of a page that is being left.
 */
export class PageDialogs {
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #watcher: Pick<PageWatcher, 'dialogOpened' | 'dialogClosed' | 'stoppedBy'>;
  readonly #early: EarlyDialogs;
  readonly #family: PageFamily;
  #open: OpenDialog | undefined;
  #leavingCount = 0;
  #shownCount = 0;
  readonly #waiting = new Set<() => void>();

  constructor({ page, session, watcher, early, family }: DialogsParts) {
    this.#page = page;
    this.#session = session;
    this.#watcher = watcher;
    this.#early = early;
    this.#family = family;
  }

  /** Starts to follow; in the very moment in which the page is known, so that none is missed. */
  begin(): void {
    this.#page.on('dialog', (dialog) => this.#onOpened(dialog));
    this.#page.on('dialogclosed', (dialog) => this.#onClosed(dialog));
    const early = this.#early.release();
    if (early !== undefined) this.#onOpened(early);
  }

  /** How many there were so far. */
  get shownCount(): number {
    return this.#shownCount;
  }

  /** Whether the page stands still, because of a dialog of its own or of another page. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Whether a dialog of its own is open. */
  get showsOwn(): boolean {
    return this.#open?.dialog !== undefined;
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
    if (this.#open?.dialog !== undefined) letGo(this.#open.answering);
    let isLeaving = true;
    return () => {
      if (isLeaving) this.#leavingCount -= 1;
      isLeaving = false;
    };
  }

  /** The page is gone, or crashed: nobody can answer any more. */
  gone(): void {
    if (this.#open !== undefined) this.#close(this.#open);
  }

  /** The dialog of another page stops this one as well. */
  stoppedBy(answering: DriverDialog): void {
    if (this.#open === undefined && this.#leavingCount === 0) this.#show({ answering, isTold: true });
  }

  /** It does so no more. */
  goOn(answering: DriverDialog): void {
    if (this.#open?.answering === answering) this.#close(this.#open);
  }

  #onOpened(dialog: Dialog): void {
    const isTold = this.#leavingCount === 0;
    // Of a page that crashed once, nobody is told that a dialog is closed.
    this.gone();
    const answering = new PageDialog(dialog, this.#session, () => this.#onClosed(dialog));
    this.#shownCount += 1;
    this.#show({ dialog, answering, isTold });
    if (isTold) this.#family.opened(answering, this);
    else letGo(answering);
  }

  #onClosed(dialog: Dialog): void {
    if (this.#open?.dialog === dialog) this.#close(this.#open);
  }

  #show(open: OpenDialog): void {
    this.#open = open;
    for (const stop of [...this.#waiting]) stop();
    if (!open.isTold) return;
    if (open.dialog === undefined) this.#watcher.stoppedBy(open.answering);
    else this.#watcher.dialogOpened(open.answering);
  }

  #close({ dialog, answering, isTold }: OpenDialog): void {
    this.#open = undefined;
    if (isTold) this.#watcher.dialogClosed();
    if (dialog !== undefined) this.#family.closed(answering);
  }
}

function letGo(dialog: DriverDialog): void {
  void (dialog.type === 'beforeunload' ? dialog.accept() : dialog.dismiss());
}

interface DialogsParts {
  readonly page: Page;
  readonly session: CDPSession;
  readonly watcher: Pick<PageWatcher, 'dialogOpened' | 'dialogClosed' | 'stoppedBy'>;
  /** What the page showed before it was followed. */
  readonly early: EarlyDialogs;
  readonly family: PageFamily;
}

interface OpenDialog {
  /** Undefined when it is another page's. */
  readonly dialog?: Dialog;
  readonly answering: DriverDialog;
  readonly isTold: boolean;
}
