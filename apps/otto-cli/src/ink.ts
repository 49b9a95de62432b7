import { plainText } from './terminal-text.js';
import type { Environment } from './io.js';

/** Colours for words of our own on a terminal; what it is given is made plain first, so that nothing foreign colours. */
export class Ink {
  readonly #enabled: boolean;

  constructor(options: { enabled: boolean }) {
    this.#enabled = options.enabled;
  }

  /** No colour, and nothing that a terminal would obey. */
  plain(text: string): string {
    return plainText(text);
  }

  bold(text: string): string {
    return this.#paint(1, 22, text);
  }

  dim(text: string): string {
    return this.#paint(2, 22, text);
  }

  red(text: string): string {
    return this.#paint(31, 39, text);
  }

  green(text: string): string {
    return this.#paint(32, 39, text);
  }

  yellow(text: string): string {
    return this.#paint(33, 39, text);
  }

  #paint(on: number, off: number, text: string): string {
    const plain = plainText(text);
    return this.#enabled ? `\u001b[${on}m${plain}\u001b[${off}m` : plain;
  }
}

/** Whether colours are wanted: on a terminal that has them, and not with `NO_COLOR` (any value that is not empty). */
export function wantsColour(options: { isTty: boolean; env: Environment }): boolean {
  const { NO_COLOR: noColour, TERM: term } = options.env;
  return options.isTty && (noColour === undefined || noColour === '') && term !== 'dumb';
}
