import { readFileSync } from 'node:fs';
import { KINDS } from './measure-layout.mjs';
import { sourceOf } from './layouts.mjs';

const BASELINE = ['@mozilla/readability', 'turndown', 'turndown-plugin-gfm'];
const CHECKED_WITH = ['markdown-it', 'parse5'];

/**
 * `docs/markdown-quality.md`.
 * @param {readonly Measured[]} measured
 * @param {{ version: string, date: string }} made
 */
export function qualityPage(measured, { version, date }) {
  const chromium = /Chrom(?:e|ium)\/([\d.]+)/.exec(measured[0]?.browser ?? '')?.[1] ?? 'unknown';
  return `# Quality of Markdown

<!-- Written by \`npm run bench:markdown\`; do not edit. -->

What \`primitive.dom.extract_markdown\` keeps of ${measured.length} pages, beside a baseline: Readability and turndown alone, with their
default options and turndown's plug-in for tables, run in the same document. Measured on ${date} with Otto ${version}
in Chromium ${chromium}; the baseline is ${versionsOf(BASELINE)}.

Each cell reads *ours / baseline / page*: how many of the things that are in the page, shown or not, stand in ours and in
the baseline's Markdown, as ${versionsOf(CHECKED_WITH)} understand it. *Lost* counts
the headings, tables, blocks of code and links that the baseline keeps and ours does not; \`npm run bench:markdown\` and the
tests fail unless it is 0 everywhere.

${table([['page', 'what it is', ...KINDS, 'words', 'lost'], ...measured.map(rowOf), totals(measured)])}

How it is counted:

- A heading, an item of a list and a cell are kept when their text is there as one, a link and a picture when their
  absolute address is; what stands in a page twice has to be there twice.
- A table is kept when each of its rows is, with all its cells in their order. Of the baseline, it is enough that the
  text of the table stands in one. A table that lays out a page, with no two cells beside each other or with tables in
  its cells, is none, and neither are the numbers beside the lines of code.
- A block of code is kept when its text stands in a block of code, or within the code of a cell, which is one line.
- Links without a word or a picture, and the marks by which headings link to themselves, are not counted.
- Words are those that the page shows. What Readability takes for the surroundings of an article is left out by the
  baseline on purpose; ours leaves out what the page hides, and puts the navigation last.

Where the pages come from: packages that carry pages as others saved them, for their own tests or as their documentation. They
are read out of \`node_modules\` and are no part of this repository. No package was found that carries pages of a shop, a
forum made of components, or a manual with definition lists: those are replicas, written for this and marked so, and so is
a page with what is known to break converters.

${table([['page', 'layout', 'source'], ...measured.map(({ layout }) => [layout.name, `${layout.type}: ${layout.about}`, sourceOf(layout)])])}
`;
}

/** @param {Measured} measured */
function rowOf({ layout, kinds, words }) {
  const cells = kinds.map(({ ours, baseline, page }) => `${ours} / ${baseline} / ${page}`);
  return [
    layout.name,
    layout.type,
    ...cells,
    `${words.ours} / ${words.baseline} / ${words.page}`,
    String(lostOf(kinds)),
  ];
}

/** @param {readonly Measured[]} measured */
function totals(measured) {
  const sum = (/** @type {(one: Measured) => number} */ of) => measured.reduce((total, one) => total + of(one), 0);
  const cells = KINDS.map((_, index) =>
    /** @type {const} */ (['ours', 'baseline', 'page'])
      .map((whose) => sum(({ kinds }) => kinds[index]?.[whose] ?? 0))
      .join(' / '),
  );
  const words = /** @type {const} */ (['ours', 'baseline', 'page']).map((whose) => sum((one) => one.words[whose]));
  return ['**all**', '', ...cells, words.join(' / '), String(sum(({ kinds }) => lostOf(kinds)))];
}

/** @param {Measured['kinds']} kinds */
function lostOf(kinds) {
  return kinds.slice(0, 4).reduce((total, { lost }) => total + lost.length, 0);
}

/** @param {readonly string[]} names */
function versionsOf(names) {
  const versions = names.map((name) => {
    const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`;
  });
  return `${versions.slice(0, -1).join(', ')} and ${versions.at(-1) ?? ''}`;
}

/** @param {readonly (readonly string[])[]} rows */
function table([heads = [], ...rows]) {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @typedef {import('./measure-layout.mjs').Measured} Measured */
