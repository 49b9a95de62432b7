import type { ConsoleMessage } from '@telepat/otto-node-runtime';
import { CONSOLE_MESSAGES_MAX, CONSOLE_TEXT_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import type { Page } from 'playwright-core';

/** Keeps the latest console messages and uncaught errors of a page, from its first document on. */
export class PageConsole {
  #messages: ConsoleMessage[] = [];
  #droppedCount = 0;

  /** Starts to listen. */
  begin(page: Page): void {
    page.on('console', (message) => {
      const { url, lineNumber } = message.location();
      const place = url === '' ? {} : { url: url.slice(0, CONSOLE_TEXT_LENGTH_MAX), line: lineNumber + 1 };
      this.#keep({
        level: levelOf(message.type()),
        text: message.text(),
        at: Date.now(),
        isPageError: false,
        ...place,
      });
    });
    page.on('pageerror', (error) => {
      this.#keep({ level: 'error', text: String(error), at: Date.now(), isPageError: true });
    });
  }

  /** Oldest first. */
  read(): { readonly messages: readonly ConsoleMessage[]; readonly droppedCount: number } {
    return { messages: this.#messages.slice(-CONSOLE_MESSAGES_MAX), droppedCount: this.#dropped };
  }

  get #dropped(): number {
    return this.#droppedCount + Math.max(0, this.#messages.length - CONSOLE_MESSAGES_MAX);
  }

  #keep(message: ConsoleMessage): void {
    this.#messages.push({ ...message, text: message.text.slice(0, CONSOLE_TEXT_LENGTH_MAX) });
    // Cut by the thousand: moving all the others for each message would cost a page that logs much too much.
    if (this.#messages.length < 2 * CONSOLE_MESSAGES_MAX) return;
    this.#droppedCount = this.#dropped;
    this.#messages = this.#messages.slice(-CONSOLE_MESSAGES_MAX);
  }
}

function levelOf(type: string): ConsoleMessage['level'] {
  return LEVELS.get(type) ?? 'info';
}

const LEVELS: ReadonlyMap<string, ConsoleMessage['level']> = new Map([
  ['debug', 'debug'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['assert', 'error'],
]);
