import { expect, it } from 'vitest';
import { deadCodeProblems } from './dead-code.mjs';

const manifest = JSON.stringify({ name: 'a', exports: { '.': { '@telepat/source': './src/index.ts' } } });

it('names files that nothing reaches, exports that nobody uses, and circles', () => {
  const files = new Map([
    ['packages/a/package.json', manifest],
    ['packages/a/src/index.ts', "export { used } from './used.js';"],
    ['packages/a/src/used.ts', "import { turn } from './turn.js'; export const used = turn; export const unused = 1;"],
    ['packages/a/src/turn.ts', "import { used } from './used.js'; export const turn = used;"],
    ['packages/a/src/forgotten.ts', ''],
  ]);

  expect(deadCodeProblems({ files })).toEqual([
    'packages/a/src/forgotten.ts: nothing that runs imports it',
    'packages/a/src/used.ts: exports unused, which no other file uses',
    'circle of imports: packages/a/src/used.ts → packages/a/src/turn.ts → packages/a/src/used.ts',
  ]);
});

it('a built program that a script starts is reached by its source', () => {
  const files = new Map([
    [
      'examples/a/package.json',
      JSON.stringify({ name: 'a', scripts: { build: 'tsc -p b.json', start: 'node dist/a.js' } }),
    ],
    ['examples/a/src/a.ts', "import { used } from './used.js'; used();"],
    ['examples/a/src/used.ts', 'export function used() {}'],
    ['examples/a/src/forgotten.ts', ''],
  ]);

  expect(deadCodeProblems({ files })).toEqual(['examples/a/src/forgotten.ts: nothing that runs imports it']);
});

it('what only its own test uses is used by nobody', () => {
  const files = new Map([
    ['packages/a/package.json', manifest],
    ['packages/a/src/index.ts', "import './part.js';"],
    ['packages/a/src/part.ts', 'export function tested() {}'],
    ['packages/a/src/part.test.ts', "import { tested } from './part.js';"],
  ]);

  expect(deadCodeProblems({ files })).toEqual(['packages/a/src/part.ts: exports tested, which no other file uses']);
});
