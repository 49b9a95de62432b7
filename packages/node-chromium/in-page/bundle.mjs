// Bundles the script that reads pages into a text of TypeScript: `npm run in-page` writes it, a test compares it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('./read.ts', import.meta.url));
const target = fileURLToPath(new URL('../src/in-page-script.ts', import.meta.url));

/** The whole text of `src/in-page-script.ts`. */
export async function bundleInPage() {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    charset: 'ascii',
    format: 'iife',
    globalName: 'otto',
    target: 'chrome120',
    platform: 'browser',
    legalComments: 'none',
  });
  const script = outputFiles[0]?.text.trim() ?? '';
  const license = readFileSync(createRequire(import.meta.url).resolve('turndown/LICENSE'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ` * ${line.trim()}`.trimEnd())
    .join('\n');
  return `/**
 * The script that reads pages: made from in-page/ by \`npm run in-page\`, do not edit. It is kept as a text because it
 * runs in the page, not here, and so that it needs no file of its own at run time, bundled or not.
 *
 * It contains turndown, and in it collapse-whitespace (Copyright (c) 2014 Luc Thevenard), under this license:
 *
${license}
 */
// prettier-ignore
export const IN_PAGE_SCRIPT = ${JSON.stringify(script)};
`;
}

if (process.argv.includes('--write')) writeFileSync(target, await bundleInPage());
