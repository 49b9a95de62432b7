import { DIALOGS_IN_A_ROW_MAX, DIALOG_TEXT_LENGTH_MAX, DIALOG_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Clock, Timer } from '@telepat/otto-relay-link';
import type { DriverDialog } from './ports.js';
import { shortened } from './shortened.js';

/**
 * The dialogs of one tab. One that opens is held for `primitive.page.dialog`; unanswered for `DIALOG_WAIT_MS_MAX` it is
 * dismissed, and a warning tells so. A page that asks again and again, so that nothing else gets through, has its
 * further dialogs dismissed as they come.
 */
export class TabDialogs {
  readonly #clock: Clock;
  readonly #warn: (sentence: string) => void;
  readonly #areHeld: boolean;
  readonly #watchers = new Set<() => void>();
  #held: { readonly dialog: DriverDialog; readonly patience?: Timer } | undefined;
  #inARow = 0;

  constructor({ clock, warn, areHeld }: TabDialogsPorts) {
    this.#clock = clock;
    this.#warn = warn;
    this.#areHeld = areHeld;
  }

  /** What outcomes and lists show of the dialog that is open; undefined when none is. */
  get shown(): ShownDialog | undefined {
    if (this.#held === undefined) return undefined;
    const { type, message, defaultValue } = this.#held.dialog;
    return {
      type,
      message: shortened(message, DIALOG_TEXT_LENGTH_MAX),
      ...(type === 'prompt' ? { defaultValue: shortened(defaultValue, DIALOG_TEXT_LENGTH_MAX) } : {}),
    };
  }

  /** Runs each time when a dialog opened that is held; the function that it gives ends that. */
  whenOpened(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  /** The dialog that is open, for the one who answers it: from here on it is nobody else's. */
  take(): DriverDialog | undefined {
    const dialog = this.#held?.dialog;
    this.#letGo();
    // One that stops several tabs may have been answered in another of them, and its page not have gone on yet.
    return dialog?.isAnswered === true ? undefined : dialog;
  }

  /** A command got through to the page: what it asks from here on is no endless row. */
  calm(): void {
    this.#inARow = 0;
  }

  opened(dialog: DriverDialog): void {
    this.#letGo();
    this.#inARow += 1;
    if (!this.#areHeld) return this.#dismiss(dialog, 'as it came');
    if (this.#inARow > DIALOGS_IN_A_ROW_MAX) return this.#dismiss(dialog, 'as it came: the page asks again and again');
    const dismiss = (): void => {
      this.#letGo();
      this.#dismiss(dialog, `after ${DIALOG_WAIT_MS_MAX / 1_000} s without an answer`);
    };
    this.#hold({ dialog, patience: this.#clock.after(DIALOG_WAIT_MS_MAX, dismiss) });
  }

  /** A dialog of another tab: how long it may wait, and how often that one may ask, is counted there. */
  stoppedBy(dialog: DriverDialog): void {
    this.#letGo();
    if (this.#areHeld) this.#hold({ dialog });
  }

  /** It was answered by whomever, or it went with its page. */
  closed(): void {
    this.#letGo();
  }

  #hold(held: { readonly dialog: DriverDialog; readonly patience?: Timer }): void {
    this.#held = held;
    for (const run of [...this.#watchers]) run();
  }

  #letGo(): void {
    this.#held?.patience?.cancel();
    this.#held = undefined;
  }

  #dismiss(dialog: DriverDialog, when: string): void {
    this.#warn(`A dialog of the page (${dialog.type}: "${shortened(dialog.message, 100)}") was dismissed ${when}.`);
    // When it cannot be dismissed, it went with its page.
    dialog.dismiss().catch(() => undefined);
  }
}

interface TabDialogsPorts {
  readonly clock: Clock;
  readonly warn: (sentence: string) => void;
  /** Whether anybody can answer; else each is dismissed as it comes. */
  readonly areHeld: boolean;
}

/** As the fields of `dialog` in outcomes. */
export interface ShownDialog {
  readonly type: DriverDialog['type'];
  readonly message: string;
  readonly defaultValue?: string;
}
