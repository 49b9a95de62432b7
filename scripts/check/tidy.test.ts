import { describe, expect, it } from 'vitest';
import { tidyProblems } from './tidy.mjs';

describe('tidyProblems', () => {
  it.each([
    ['leftover work', 'src/a.ts', '// TODO: later'],
    ['a folder outside the project', 'docs/a.md', '# A\n\nSee ../shared/spec.'],
    ['a path of one machine', 'src/a.ts', "const file = '/work/main/x';"],
    ['a registry', 'pnpm-lock.yaml', '  tarball: somewhere'],
    ['a disabled rule without a reason', 'src/a.ts', '// eslint-disable-next-line no-empty'],
    ['a silenced compiler', 'src/a.ts', '// @ts-ignore'],
    ['a test that runs alone', 'src/a.test.ts', "it.only('x', () => {});"],
    ['a drawer for everything', 'src/string-utils.ts', ''],
    ['a name in camel case', 'src/myFile.ts', ''],
    ['a document with two titles', 'a.md', '# A\n\n# B'],
    ['a dead link', 'a.md', '# A\n\n[b](docs/b.md)'],
  ])('finds %s', (_what, path, text) => {
    expect(tidyProblems({ files: new Map([[path, text]]) })).toHaveLength(1);
  });

  it('has nothing against what only looks like it', () => {
    const files = new Map([
      ['src/a.ts', "import '../shared-protocol.js'; // eslint-disable-next-line no-empty -- it may be gone already"],
      ['a.md', '# A\n\n```\n# a comment in a shell\n```\n\n[b](docs/b.md#top) [c](https://example.com)'],
      ['docs/b.md', '# B'],
    ]);

    expect(tidyProblems({ files })).toEqual([]);
  });
});
