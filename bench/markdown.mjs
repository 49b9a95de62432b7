// What Otto's Markdown keeps of pages that others made, beside Readability and turndown alone in the same page. It
// writes docs/markdown-quality.md, and fails where ours loses something that the baseline keeps.
//   npm run bench:markdown                a minute
//   npm run bench:markdown -- --show NAME prints the Markdown of one page, and what is missing in it
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startLayoutSite } from '../packages/node-chromium/markdown-quality/layout-site.mjs';
import { LAYOUTS } from '../packages/node-chromium/markdown-quality/layouts.mjs';
import { lossesOf, measureLayout } from '../packages/node-chromium/markdown-quality/measure-layout.mjs';
import { qualityPage } from '../packages/node-chromium/markdown-quality/quality-page.mjs';

const DRIVER = new URL('../packages/node-chromium/dist/index.js', import.meta.url);
const HOME = new URL('../packages/node-chromium/node_modules/.cache/otto', import.meta.url);
const PAGE = new URL('../docs/markdown-quality.md', import.meta.url);
const VERSION = JSON.parse(
  readFileSync(new URL('../packages/node-chromium/package.json', import.meta.url), 'utf8'),
).version;

const { values: options } = parseArgs({ options: { show: { type: 'string' } } });

/** @param {readonly import('../packages/node-chromium/markdown-quality/layouts.mjs').Layout[]} layouts */
async function measureAll(layouts) {
  const { launchChromiumDriver } = await import(DRIVER.href);
  const site = await startLayoutSite(layouts);
  const driver = await launchChromiumDriver({ home: HOME.pathname, env: process.env, platform: process.platform });
  const measured = [];
  try {
    for (const layout of layouts) {
      measured.push(await measureLayout(layout, { site, driver }));
      process.stderr.write(`${layout.name}\n`);
    }
  } finally {
    await driver.close();
    await site.stop();
  }
  return measured;
}

const chosen = LAYOUTS.filter(({ name }) => options.show === undefined || name === options.show);
if (chosen.length === 0)
  throw new Error(`No page is called ${options.show}: ${LAYOUTS.map(({ name }) => name).join(', ')}.`);
const measured = await measureAll(chosen);
const losses = measured.flatMap(lossesOf);
if (options.show === undefined) {
  writeFileSync(PAGE, qualityPage(measured, { version: VERSION, date: new Date().toISOString().slice(0, 10) }));
  process.stdout.write(`docs/markdown-quality.md: ${measured.length} pages, ${losses.length} losses\n`);
} else {
  process.stdout.write(measured.map(({ markdown }) => `${markdown}\n`).join(''));
}
process.stdout.write(losses.map((loss) => `${loss}\n`).join(''));
process.exitCode = losses.length === 0 ? 0 : 1;
