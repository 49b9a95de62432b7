import { Ink, wantsColour } from './ink.js';
import { plainText } from './terminal-text.js';
import type { Environment, TextSink } from './io.js';

/** Clears the line that the cursor is in. */
const CLEAR_LINE = '\r\u001b[2K';

/** Lines that are too long for the terminal are cut instead of wrapped, so that a block has as many rows as lines. */
const CUT_LONG_LINES = '\u001b[?7l';
const WRAP_LONG_LINES = '\u001b[?7h';

/** What a terminal has that does not say. */
const ROWS_DEFAULT = 24;

/** Progress for people: finished lines, and on a terminal one line that still changes. */
export class Screen {
  /** Everything foreign in a line goes through it, and is plain then. */
  readonly ink: Ink;
  readonly #sink: TextSink;
  #hasPending = false;
  #liveRows = 0;

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
    this.#sink.write(`${this.#clear()}${CUT_LONG_LINES}${painted}${WRAP_LONG_LINES}`);
    this.#hasPending = true;
  }

  /**
   * A text that the next one replaces, in place; what has no room on the terminal is counted. Where there is no
   * terminal, the texts follow each other with an empty line between.
   */
  live(text: string): void {
    if (!this.#sink.isTty) {
      this.#sink.write(`${this.#liveRows === 0 ? '' : '\n'}${text}\n`);
      this.#liveRows = 1;
      return;
    }
    const lines = fitting(plainText(text).split('\n'), (this.#sink.rows ?? ROWS_DEFAULT) - 1);
    const back = this.#liveRows === 0 ? '' : `\u001b[${this.#liveRows}A`;
    this.#sink.write(`${back}\r\u001b[J${CUT_LONG_LINES}${lines.join('\n')}\n${WRAP_LONG_LINES}`);
    this.#liveRows = lines.length;
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

function fitting(lines: readonly string[], rowsMax: number): readonly string[] {
  if (lines.length <= rowsMax) return lines;
  const shown = Math.max(1, rowsMax - 1);
  return [...lines.slice(0, shown), `… and ${lines.length - shown} more lines`];
}
