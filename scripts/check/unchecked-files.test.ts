import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCheckout } from './checkout.mjs';
import { uncheckedFiles } from './unchecked-files.mjs';

it('names the sources that no tsconfig.json includes', () => {
  const root = mkdtempSync(join(tmpdir(), 'otto-unchecked-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['src', 'test']) mkdirSync(join(root, 'packages', 'a', folder), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(root, 'packages', 'a', path), text);
  write('tsconfig.json', '{ "include": ["src"] }');
  write('tsconfig.build.json', '{ "include": ["test"] }');
  write('src/seen.ts', '');
  write('test/unseen.ts', '');

  expect(uncheckedFiles(root, readCheckout(root))).toEqual([
    'packages/a/test/unseen.ts: no tsconfig.json includes it, so its types are not checked',
  ]);
});
