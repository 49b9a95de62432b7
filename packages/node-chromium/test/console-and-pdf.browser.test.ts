import { CONSOLE_MESSAGES_MAX, CONSOLE_TEXT_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { PageSite } from './page-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

const page = (script: string): string => `<!doctype html><title>Console</title><p>text</p><script>${script}</script>`;

const site = new PageSite({
  '/talks': page(`console.debug('fine', { a: 1 }); console.log('said'); console.warn('careful'); console.error('bad');
    setTimeout(() => { document.title = 'thrown'; throw new Error('nobody caught this'); }, 0);`),
  '/floods': page(`for (let n = 0; n < ${String(CONSOLE_MESSAGES_MAX + 500)}; n++) console.log('line ' + n);`),
  '/shouts': page(`console.log('x'.repeat(${String(2 * CONSOLE_TEXT_LENGTH_MAX)}));`),
});
let driver: ChromiumDriver;

beforeAll(async () => {
  await site.start();
  driver = await launchTestBrowser();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

const open = (path: string) => driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });

it('the console of a page holds its messages and what nobody caught, from its first document on', async () => {
  const tab = await open('/talks');
  await expect.poll(() => tab.console().messages.length).toBe(5);

  const { messages, droppedCount } = tab.console();

  expect(messages.map(({ level }) => level)).toEqual(['debug', 'info', 'warn', 'error', 'error']);
  expect(messages[0]).toMatchObject({ text: 'fine {a: 1}', url: site.url('/talks'), line: 1, isPageError: false });
  expect(messages[4]).toMatchObject({ isPageError: true, text: expect.stringContaining('nobody caught this') });
  expect(droppedCount).toBe(0);
  await tab.close();
});

it('a page that floods its console has its latest messages kept, and the others counted', async () => {
  const tab = await open('/floods');
  const last = `line ${String(CONSOLE_MESSAGES_MAX + 499)}`;
  await expect.poll(() => tab.console().messages.at(-1)?.text).toBe(last);

  const { messages, droppedCount } = tab.console();

  expect(messages).toHaveLength(CONSOLE_MESSAGES_MAX);
  expect(messages[0]?.text).toBe('line 500');
  expect(droppedCount).toBe(500);
  await tab.close();
});

it('a message that is too long is cut', async () => {
  const tab = await open('/shouts');
  await expect.poll(() => tab.console().messages.length).toBe(1);

  expect(tab.console().messages[0]?.text).toHaveLength(CONSOLE_TEXT_LENGTH_MAX);
  await tab.close();
});

it('the console of a page that crashed goes on with the page that comes after it', async () => {
  const tab = await open('/talks');
  await expect.poll(() => tab.console().messages.length).toBe(5);
  await tab.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
  await expect(tab.text({ selector: 'p', signal: patient })).rejects.toMatchObject({ code: 'tab_crashed' });
  expect(tab.console().messages).toHaveLength(5);

  await tab.navigate({ url: site.url('/talks'), waitUntil: 'load', signal: patient });
  await expect.poll(() => tab.console().messages.length).toBe(10);

  const texts = tab.console().messages.map(({ text }) => text);
  expect(texts.slice(5)).toEqual(texts.slice(0, 5));
  await tab.close();
});

it('a page is printed on the paper that is asked for', async () => {
  const tab = await open('/talks');
  const print = async (format: 'A5' | 'Letter', landscape: boolean) => {
    const bytes = await tab.pdf({ format, landscape, printBackground: true, signal: patient });
    const text = Buffer.from(bytes).toString('latin1');
    expect(text.startsWith('%PDF-')).toBe(true);
    return /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/
      .exec(text)
      ?.slice(1)
      .map((points) => Math.round(Number(points)));
  };

  expect(await print('Letter', false)).toEqual([612, 792]);
  expect(await print('Letter', true)).toEqual([792, 612]);
  expect((await print('A5', false))?.[0]).toBeCloseTo(420, -1);
  await tab.close();
});
