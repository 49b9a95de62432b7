import type { PageInput } from '@telepat/otto-node-runtime';
import { WatchedTab } from '@telepat/otto-node-runtime/testing';
import type { ChromiumDriver } from '../src/index.js';
import { patient } from './test-browser.js';

/** A tab that is acted on with few words: a text is a selector, or a ref such as `e1`. */
export async function actingTab(driver: ChromiumDriver, url: string) {
  const watcher = new WatchedTab();
  const page = await driver.openPage({ url, waitUntil: 'load', signal: patient, watcher });
  const act = (input: PageInput, { waitMs = 5_000, signal = patient } = {}) => page.act(input, { waitMs, signal });
  const click = (target: string, extra: Partial<Extract<PageInput, { kind: 'click' }>> = {}, limits = {}) =>
    act({ kind: 'click', target: targetOf(target), button: 'left', clickCount: 1, modifiers: [], ...extra }, limits);
  return {
    page,
    watcher,
    act,
    click,
    fill: (target: string, value: string, limits = {}) =>
      act({ kind: 'fill', target: targetOf(target), value }, limits),
    /** What an element says. */
    text: (selector: string) => page.text({ selector, signal: patient }),
    /** What the page noted of its events. */
    log: async () => (await page.text({ selector: '#log', signal: patient })).split('\n').filter((line) => line !== ''),
  };
}

export function targetOf(name: string) {
  return /^e\d+$/.test(name) ? { ref: name } : { selector: name };
}
