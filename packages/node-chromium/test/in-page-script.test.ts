import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { BUNDLES, bundleInPage } from '../in-page/bundle.mjs';

it.each(BUNDLES)('$target is what its sources make (else: npm run in-page)', async (bundle) => {
  const kept = await readFile(new URL(`../src/${bundle.target}`, import.meta.url), 'utf8');

  expect(await bundleInPage(bundle)).toBe(kept);
});
