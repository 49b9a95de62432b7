import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { startLayoutSite } from '../markdown-quality/layout-site.mjs';
import { LAYOUTS } from '../markdown-quality/layouts.mjs';
import { lossesOf, measureLayout } from '../markdown-quality/measure-layout.mjs';
import { launchTestBrowser } from './test-browser.js';

let site: Awaited<ReturnType<typeof startLayoutSite>>;
let driver: ChromiumDriver;

beforeAll(async () => {
  site = await startLayoutSite(LAYOUTS);
  driver = await launchTestBrowser();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

it.each(LAYOUTS)('$name loses no heading, table, code or link that Readability and turndown keep', async (layout) => {
  const measured = await measureLayout(layout, { site, driver });

  // A page in which there is nothing would lose nothing.
  expect(measured.words.ours).toBeGreaterThan(100);
  expect(lossesOf(measured)).toEqual([]);
});

it.each(LAYOUTS.filter(({ source }) => source === undefined))('of $name nothing is missing', async (layout) => {
  const { kinds } = await measureLayout(layout, { site, driver });

  for (const { kind, ours, page } of kinds.slice(0, 4)) expect(`${kind}: ${ours}`).toBe(`${kind}: ${page}`);
});
