// Bundles the scripts that read pages into texts of TypeScript: `npm run in-page` writes them, a test compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { resolve } = createRequire(import.meta.url);

/**
 * For each entry, the file that is made of it, the constant there, the script's global, and what it is made with.
 * @type {readonly Bundle[]}
 */
export const BUNDLES = [
  {
    entry: new URL('./read.ts', import.meta.url),
    target: 'in-page-script.ts',
    constant: 'IN_PAGE_SCRIPT',
    globalName: 'otto',
    about: `turndown, and in it collapse-whitespace (Copyright (c) 2014 Luc Thevenard), under this license:`,
    licenses: [resolve('turndown/LICENSE')],
  },
  {
    entry: new URL('./read-article.ts', import.meta.url),
    target: 'in-page-article-script.ts',
    constant: 'IN_PAGE_ARTICLE_SCRIPT',
    globalName: 'ottoArticle',
    about: `@mozilla/readability, minified and otherwise unchanged, under the license that follows:`,
    licenses: [resolve('@mozilla/readability/LICENSE.md'), fileURLToPath(new URL('./apache-2.0.txt', import.meta.url))],
  },
];

/**
 * The whole text of the file in `src`.
 * @param {Bundle} bundle
 */
export async function bundleInPage({ entry, constant, globalName, about, licenses }) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    minify: true,
    charset: 'ascii',
    format: 'iife',
    globalName,
    target: 'chrome120',
    platform: 'browser',
    legalComments: 'none',
  });
  const script = outputFiles[0]?.text.trim() ?? '';
  return `/**
 * A script that reads pages: made from in-page/${basename(entry.pathname)} by \`npm run in-page\`, do not edit. It is kept as a text because
 * it runs in the page, not here, and so that it needs no file of its own at run time, bundled or not.
 *
 * It contains ${about}
 *
 * @license
${licenses.map(asComment).join('\n *\n')}
 */
// prettier-ignore
export const ${constant} = ${JSON.stringify(script)};
`;
}

/** @param {string} file */
function asComment(file) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => ` * ${line.trim()}`.trimEnd())
    .join('\n');
}

if (process.argv.includes('--write')) {
  for (const bundle of BUNDLES) {
    writeFileSync(new URL(`../src/${bundle.target}`, import.meta.url), await bundleInPage(bundle));
  }
}

/** @typedef {{ entry: URL, target: string, constant: string, globalName: string, about: string, licenses: string[] }} Bundle */
