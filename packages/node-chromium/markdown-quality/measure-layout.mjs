import { keptFacts } from './kept-facts.mjs';
import { markdownFacts } from './markdown-facts.mjs';

const READ_MS_MAX = 30_000;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * Opens a page, reads it as Markdown, and compares that with what the baseline makes of the same document.
 * @param {Layout} layout
 * @param {{ site: LayoutSite, driver: Driver }} world
 * @returns {Promise<Measured>}
 */
export async function measureLayout(layout, { site, driver }) {
  const signal = AbortSignal.timeout(READ_MS_MAX);
  const url = site.urlOf(layout);
  const answering = site.baselineOf(layout);
  const page = await driver.openPage({ url, waitUntil: 'load', signal });
  try {
    const { markdown, facts, browser } = await answering;
    const { content } = await page.content({ kind: 'markdown', signal });
    return {
      layout,
      browser,
      markdown: content,
      kinds: compared(facts, content, markdown, url),
      ...words(facts, content, markdown),
    };
  } finally {
    await page.close();
  }
}

/**
 * @param {import('./kept-facts.mjs').PageFacts} page
 * @param {string} ours
 * @param {string} baseline
 * @param {string} url
 * @returns {Measured['kinds']}
 */
function compared(page, ours, baseline, url) {
  const kept = keptFacts(page, markdownFacts(ours, url), { generously: false });
  const keptByBaseline = keptFacts(page, markdownFacts(baseline, url), { generously: true });
  return KINDS.map((kind) => ({
    kind,
    page: page[kind].length,
    ours: kept[kind].filter(Boolean).length,
    baseline: keptByBaseline[kind].filter(Boolean).length,
    lost: page[kind]
      .filter((_, index) => keptByBaseline[kind][index] === true && kept[kind][index] === false)
      .map(String),
  }));
}

/** What is compared; of the first four, ours may lose nothing that the baseline keeps. */
export const KINDS = /** @type {const} */ (['headings', 'tables', 'code', 'links', 'items', 'images']);

const NEVER_LOST = new Set(KINDS.slice(0, 4));

/**
 * A sentence for each heading, table, block of code and link that the baseline keeps and ours does not.
 * @param {Measured} measured
 */
export function lossesOf({ layout, kinds }) {
  return kinds
    .filter(({ kind }) => NEVER_LOST.has(kind))
    .flatMap(({ kind, lost }) => lost.map((one) => `${layout.name} loses of its ${kind}: ${one.slice(0, 200)}`));
}

/**
 * @param {import('./kept-facts.mjs').PageFacts} page
 * @param {string} ours
 * @param {string} baseline
 */
function words(page, ours, baseline) {
  const shown = wordsOf(page.text);
  const keptOf = (/** @type {string} */ markdown) => {
    const left = tally(wordsOf(markdownFacts(markdown, 'about:blank').text));
    return shown.filter((word) => {
      const count = left.get(word) ?? 0;
      left.set(word, count - 1);
      return count > 0;
    }).length;
  };
  return { words: { page: shown.length, ours: keptOf(ours), baseline: keptOf(baseline) } };
}

/**
 * Line by line, for the time that the segmenter takes grows with the square of its text.
 * @param {string} text
 */
function wordsOf(text) {
  return text
    .normalize('NFKC')
    .split('\n')
    .flatMap((line) => [...segmenter.segment(line)])
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment.toLowerCase());
}

/** @param {readonly string[]} words */
function tally(words) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * @typedef {import('./layouts.mjs').Layout} Layout
 * @typedef {Awaited<ReturnType<typeof import('./layout-site.mjs').startLayoutSite>>} LayoutSite
 * @typedef {Pick<import('../src/chromium-driver.js').ChromiumDriver, 'openPage'>} Driver
 * @typedef {{ page: number, ours: number, baseline: number }} Counts of what is in the page, and of what each keeps
 * @typedef {{ layout: Layout, browser: string, markdown: string, words: Counts,
 *   kinds: (Counts & { kind: typeof KINDS[number], lost: string[] })[] }} Measured `lost` is what only the baseline keeps
 */
