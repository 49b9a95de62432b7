import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { abortWith } from '../abort-with.js';
import { actedOn } from '../acted-on.js';
import { afterWait } from '../after-wait.js';
import { nodeAction, type ActionCall } from '../node-action.js';
import type { DriverPage, WaitCondition } from '../ports.js';
import { readTab } from '../read-tab.js';
import { requireTab } from '../source-page.js';
import { requireWaitCondition } from '../wait-condition.js';

/** Waits until everything that is given holds at one time, and says what did not come. */
export const waitFor = nodeAction(ACTIONS['primitive.page.wait_for'], async (input, call) => {
  const condition = requireWaitCondition(input);
  const tab = requireTab(input.tabSessionId, call.tools);
  const { timeoutMs } = input;
  await readTab(tab, call, (page, guarded) => waitInPage(page, { condition, timeoutMs }, guarded));
  return actedOn(tab, call);
});

async function waitInPage(page: DriverPage, { condition, timeoutMs }: Waiting, call: ActionCall): Promise<void> {
  let missing: keyof WaitCondition | undefined;
  const waiting = new AbortController();
  const timer = afterWait(call, timeoutMs, () => waiting.abort(new OttoError('wait_timed_out')));
  const leave = abortWith(call.signal, waiting);
  try {
    await page.waitFor(condition, { signal: waiting.signal, onPart: (name) => (missing = name) });
  } catch (error) {
    const isLate = waiting.signal.aborted && !call.signal.aborted;
    throw isLate ? new OttoError('wait_timed_out', { message: sentenceOn(condition, missing) }) : error;
  } finally {
    timer.cancel();
    leave();
  }
}

/** What had not come when the time was over. */
function sentenceOn(condition: WaitCondition, missing: keyof WaitCondition | undefined): string {
  const { element, text, url, loadState } = condition;
  switch (missing) {
    case 'element':
      return ELEMENT_SENTENCES[element?.state ?? 'visible'](short(element?.selector ?? ''));
    case 'text':
      return `No visible text of the page contains ${JSON.stringify(short(text ?? ''))}.`;
    case 'url':
      return `The tab did not come to an address that matches ${short(url ?? '')}.`;
    case 'loadState':
      return `The page did not come as far as ${loadState}.`;
    case undefined:
      return 'The page did not answer in time.';
  }
}

const ELEMENT_SENTENCES: Readonly<
  Record<NonNullable<WaitCondition['element']>['state'], (selector: string) => string>
> = {
  attached: (selector) => `Nothing in the page matches ${selector}.`,
  visible: (selector) => `Nothing that can be seen in the page matches ${selector}.`,
  hidden: (selector) => `Something that matches ${selector} can still be seen in the page.`,
  detached: (selector) => `Something in the page still matches ${selector}.`,
};

function short(text: string): string {
  return text.length <= WORDS_LENGTH_MAX ? text : `${text.slice(0, WORDS_LENGTH_MAX)}…`;
}

const WORDS_LENGTH_MAX = 200;

interface Waiting {
  readonly condition: WaitCondition;
  /** What the input allows. */
  readonly timeoutMs: number | undefined;
}
