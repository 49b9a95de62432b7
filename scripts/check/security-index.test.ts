import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readCheckout } from './checkout.mjs';

const ROW = /^\| [A-Z][^|]* \| (?<promise>[^|]+) \| \[[^\]]+\]\((?<path>[^)]+)\) \|$/gm;
const TEST_NAME = /\bit(?:\.each(?:<[^>]*>)?\((?:(?!\n {0,2}\]\)).|\n)*\n {0,2}\]\))?\(\s*'(?<name>(?:[^'\\]|\\.)*)'/g;
const ATTACKS = 'packages/relay-host/test/attacks/';

const { files } = readCheckout(fileURLToPath(new URL('../..', import.meta.url)));
const page = files.get('SECURITY.md') ?? '';
const rows = [...page.matchAll(ROW)].map(({ groups }) => ({ promise: groups?.['promise'], path: groups?.['path'] }));

it('every line of SECURITY.md has the test that it names', () => {
  expect(rows.length).toBeGreaterThan(80);
  for (const { promise = '', path = '' } of rows) expect(files.get(path), `${path}: ${promise}`).toContain(promise);
});

it('every attack that is played against a running relay has its line in SECURITY.md', () => {
  const attacks = [...files].filter(([path]) => path.startsWith(ATTACKS));
  expect(attacks.length).toBeGreaterThan(5);
  for (const [path, text] of attacks) {
    const names = [...text.matchAll(TEST_NAME)].map(({ groups }) => (groups?.['name'] ?? '').replace('%s: ', ''));
    expect(names.length, path).toBeGreaterThan(3);
    for (const name of names) expect(rows, name).toContainEqual({ promise: name, path });
  }
});

it('README.md leads to SECURITY.md', () => {
  expect(files.get('README.md')).toContain('](SECURITY.md)');
});
