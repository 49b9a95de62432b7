import type { ConsoleMessage } from '@telepat/otto-node-runtime';
import { CONSOLE_MESSAGES_MAX, CONSOLE_TEXT_LENGTH_MAX } from '@telepat/otto-protocol/limits';

/** Keeps the latest console messages and uncaught errors of a page, from its first document on. */
export class PageConsole {
  #messages: ConsoleMessage[] = [];
  #droppedCount = 0;

  /** Starts to listen. */
  begin(page: LoggingPage): void {
    page.on('console', (message) => {
      const { url, lineNumber } = message.location();
      const place = url === '' ? {} : { url: copied(url.slice(0, CONSOLE_TEXT_LENGTH_MAX)), line: lineNumber + 1 };
      const text = message.text();
      // Playwright keeps the last 200 as they came, and a page can write many megabytes at a time.
      if (text.length > CONSOLE_TEXT_LENGTH_MAX) page.clearConsoleMessages().catch(gone);
      this.#keep({
        level: levelOf(message.type()),
        text,
        at: Date.now(),
        isPageError: false,
        ...place,
      });
    });
    page.on('pageerror', (error) => {
      const text = String(error);
      if (text.length > CONSOLE_TEXT_LENGTH_MAX) page.clearPageErrors().catch(gone);
      this.#keep({ level: 'error', text, at: Date.now(), isPageError: true });
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
    this.#messages.push({ ...message, text: copied(message.text.slice(0, CONSOLE_TEXT_LENGTH_MAX)) });
    // Cut by the thousand: moving all the others for each message would cost a page that logs much too much.
    if (this.#messages.length < 2 * CONSOLE_MESSAGES_MAX) return;
    this.#droppedCount = this.#dropped;
    this.#messages = this.#messages.slice(-CONSOLE_MESSAGES_MAX);
  }
}

/** The page was closed, and what it wrote with it. */
function gone(): void {}

/** V8 keeps the whole of a text for a part of it: a copy holds itself alone. */
function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
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

/** As much of playwright's page as this needs. */
export interface LoggingPage {
  on(event: 'console', run: (message: WrittenMessage) => void): unknown;
  on(event: 'pageerror', run: (error: Error) => void): unknown;
  clearConsoleMessages(): Promise<void>;
  clearPageErrors(): Promise<void>;
}

interface WrittenMessage {
  type(): string;
  text(): string;
  location(): { readonly url: string; readonly lineNumber: number };
}
