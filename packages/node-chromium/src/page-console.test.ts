import { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CONSOLE_MESSAGES_MAX, CONSOLE_TEXT_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { expect, it } from 'vitest';
import { PageConsole, type LoggingPage } from './page-console.js';

/** As much of a page as its console needs. */
class TalkingPage extends EventEmitter implements LoggingPage {
  forgotCount = 0;

  say(text: string): void {
    this.emit('console', { type: () => 'log', text: () => text, location: () => ({ url: '', lineNumber: 0 }) });
  }

  clearConsoleMessages(): Promise<void> {
    this.forgotCount++;
    return Promise.resolve();
  }

  clearPageErrors(): Promise<void> {
    return this.clearConsoleMessages();
  }
}

function listening(): { page: TalkingPage; console: PageConsole } {
  const page = new TalkingPage();
  const console = new PageConsole();
  console.begin(page);
  return { page, console };
}

it('what is kept of messages that are very long takes no more room than it shows', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { page, console } = listening();
  collect();
  const before = process.memoryUsage().heapUsed;

  for (let count = 0; count < 40; count++) page.say(String.fromCharCode(97 + (count % 26)).repeat(2_000_000));

  collect();
  const { messages } = console.read();
  expect(messages.map(({ text }) => text.length)).toEqual(Array(40).fill(CONSOLE_TEXT_LENGTH_MAX));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  // What playwright keeps of them is let go as well.
  expect(page.forgotCount).toBe(40);
});

it('of a million messages the latest are kept, and the others counted', () => {
  const { page, console } = listening();

  for (let count = 1; count <= 1_000_000; count++) page.say(`line ${count}`);

  const { messages, droppedCount } = console.read();
  expect(messages).toHaveLength(CONSOLE_MESSAGES_MAX);
  expect(messages[0]?.text).toBe(`line ${1_000_001 - CONSOLE_MESSAGES_MAX}`);
  expect(droppedCount).toBe(1_000_000 - CONSOLE_MESSAGES_MAX);
  expect(page.forgotCount).toBe(0);
});
