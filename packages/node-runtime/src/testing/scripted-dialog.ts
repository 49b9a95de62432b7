import type { DriverDialog } from '../ports.js';

/** A dialog in memory, and the answer that it got. */
export class ScriptedDialog implements DriverDialog {
  readonly type: DriverDialog['type'];
  readonly message: string;
  readonly defaultValue: string;
  answer: 'accepted' | 'dismissed' | undefined;
  promptText: string | undefined;
  readonly #goOn: () => void;

  constructor({ type = 'alert', message = '', defaultValue = '', onAnswered }: DialogScript, goOn: () => void) {
    this.type = type;
    this.message = message;
    this.defaultValue = defaultValue;
    this.#goOn = () => {
      goOn();
      onAnswered?.();
    };
  }

  get isAnswered(): boolean {
    return this.answer !== undefined;
  }

  async accept(promptText?: string): Promise<void> {
    this.promptText = promptText;
    this.#settle('accepted');
  }

  async dismiss(): Promise<void> {
    this.#settle('dismissed');
  }

  #settle(answer: 'accepted' | 'dismissed'): void {
    if (this.answer !== undefined) return;
    this.answer = answer;
    this.#goOn();
  }
}

export interface DialogScript extends Partial<Pick<DriverDialog, 'type' | 'message' | 'defaultValue'>> {
  /** What the page does when it goes on. */
  readonly onAnswered?: () => void;
}
