import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { bundleInPage } from '../in-page/bundle.mjs';

it('the script that reads pages is what its sources make (else: npm run in-page)', async () => {
  const kept = await readFile(new URL('../src/in-page-script.ts', import.meta.url), 'utf8');

  expect(await bundleInPage()).toBe(kept);
});
