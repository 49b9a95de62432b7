import type { DriverDialog } from '@telepat/otto-node-runtime';
import type { CDPSession, Dialog } from 'playwright-core';

/** One dialog. The first answer counts; whoever answers later waits for that one. */
export class PageDialog implements DriverDialog {
  readonly type: DriverDialog['type'];
  readonly message: string;
  readonly defaultValue: string;
  readonly #dialog: Dialog;
  readonly #session: CDPSession;
  readonly #onAnswered: () => void;
  #answered: Promise<void> | undefined;

  constructor(dialog: Dialog, session: CDPSession, onAnswered: () => void) {
    this.type = typeOf(dialog.type());
    this.message = dialog.message();
    this.defaultValue = dialog.defaultValue();
    this.#dialog = dialog;
    this.#session = session;
    this.#onAnswered = onAnswered;
  }

  get isAnswered(): boolean {
    return this.#answered !== undefined;
  }

  /** Whoever presses the button without typing gives what stands there. */
  accept(promptText = this.defaultValue): Promise<void> {
    return (this.#answered ??= this.#answer({ accept: true, promptText }));
  }

  dismiss(): Promise<void> {
    return (this.#answered ??= this.#answer({ accept: false }));
  }

  async #answer({ accept, promptText }: { accept: boolean; promptText?: string }): Promise<void> {
    try {
      await (accept ? this.#dialog.accept(promptText) : this.#dialog.dismiss());
    } catch {
      // A page that crashed once is dead to playwright, however often it is loaded again. To the browser it is not.
      const given = { accept, ...(promptText === undefined ? {} : { promptText }) };
      await this.#session.send('Page.handleJavaScriptDialog', given).catch(gone);
    }
    this.#onAnswered();
  }
}

function typeOf(type: string): DriverDialog['type'] {
  return type === 'confirm' || type === 'prompt' || type === 'beforeunload' ? type : 'alert';
}

/** It went with its page, which does not wait for it any more. */
function gone(): void {}
