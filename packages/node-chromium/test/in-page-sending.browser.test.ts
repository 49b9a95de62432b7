import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import type { ChromiumDriver } from '../src/index.js';
import { PageSite } from './page-site.js';
import { launchWatchedBrowser, patient } from './test-browser.js';

const site = new PageSite({
  '/one': '<!DOCTYPE html><title>One</title><h1>One</h1><a href="#here">go</a><p id="otto">A name of ours</p>',
  '/two': '<!DOCTYPE html><title>Two</title><h1>Two</h1>',
});
let driver: ChromiumDriver;
let context: BrowserContext;

beforeAll(async () => {
  await site.start();
  ({ driver, context } = await launchWatchedBrowser());
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

it('the script that reads is sent once into each document, and each document is read', async () => {
  const page = await driver.openPage({ url: site.url('/one'), waitUntil: 'load', signal: patient });
  const seen = context.pages().find((candidate) => candidate.url() === site.url('/one'));
  if (seen === undefined) throw new Error('The tab is not there.');
  const session = await context.newCDPSession(seen);
  let sent = 0;
  session.on('Debugger.scriptParsed', ({ length = 0 }) => (sent += length > 10_000 ? 1 : 0));
  await session.send('Debugger.enable');
  const sentSoFar = async (): Promise<number> => {
    // What the session has to tell comes before its next answer.
    await session.send('Debugger.setSkipAllPauses', { skip: true });
    return sent;
  };
  const text = () => page.text({ selector: 'h1', signal: patient });
  const navigate = (path: string) => page.navigate({ url: site.url(path), waitUntil: 'load', signal: patient });

  expect(await text()).toBe('One');
  expect(await sentSoFar()).toBe(1);
  for (let times = 0; times < 5; times++) expect(await text()).toBe('One');
  await navigate('/one#here');
  expect(await page.title()).toBe('One');
  expect(await sentSoFar()).toBe(1);

  await navigate('/two');
  expect(await text()).toBe('Two');
  expect(await page.title()).toBe('Two');
  expect(await sentSoFar()).toBe(2);
  await navigate('/one');
  expect(await Promise.all([text(), text()])).toEqual(['One', 'One']);
  expect(await text()).toBe('One');
  expect(await sentSoFar()).toBeLessThanOrEqual(4);
  await page.close();
});
