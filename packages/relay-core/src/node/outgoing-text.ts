/** The frame of a command until it is sent, and not longer: it may be large, and its command may live for minutes. */
export class OutgoingText {
  #text: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether it is still in memory. */
  get isHeld(): boolean {
    return this.#text !== undefined;
  }

  /** Gives it away, once. */
  take(): string {
    const text = this.#text;
    if (text === undefined) throw new Error('A command is sent once.');
    this.#text = undefined;
    return text;
  }

  /** Nobody will send it. */
  drop(): void {
    this.#text = undefined;
  }
}
