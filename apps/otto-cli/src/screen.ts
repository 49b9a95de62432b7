import { Ink, wantsColour } from './ink.js';
import { plainText } from './terminal-text.js';
import type { Environment, TextSink } from './io.js';

/** Clears the line that the cursor is in. */
const CLEAR_LINE = '\r\u001b[2K';

/** Progress for people: finished lines, and on a terminal one line that still changes. */
export class Screen {
  /** Everything foreign in a line goes through it, and is plain then. */
  readonly ink: Ink;
  readonly #sink: TextSink;
  #hasPending = false;

  constructor(sink: TextSink, env: Environment) {
    this.#sink = sink;
    this.ink = new Ink({ enabled: wantsColour({ isTty: sink.isTty, env }) });
  }

  /** A line that stays. */
  line(painted: string): void {
    this.#sink.write(`${this.#clear()}${painted}\n`);
  }

  /** A text as it is, line ends included; on a terminal without what a terminal would obey. */
  whole(text: string): void {
    const shown = this.#sink.isTty ? plainText(text) : text;
    this.#sink.write(`${this.#clear()}${shown.endsWith('\n') ? shown : `${shown}\n`}`);
  }

  /** A line that the next one replaces. Only terminals can show it. */
  pending(painted: string): void {
    if (!this.#sink.isTty) return;
    this.#sink.write(`${this.#clear()}${painted}`);
    this.#hasPending = true;
  }

  /** Takes away a pending line, when no other follows. */
  settle(): void {
    this.#sink.write(this.#clear());
  }

  #clear(): string {
    const clear = this.#hasPending ? CLEAR_LINE : '';
    this.#hasPending = false;
    return clear;
  }
}
