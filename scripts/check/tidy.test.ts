import { describe, expect, it } from 'vitest';
import { tidyProblems } from './tidy.mjs';

describe('tidyProblems', () => {
  it.each([
    ['leftover work', 'src/a.ts', '// TODO: later'],
    ['a folder outside the project', 'docs/a.md', '# A\n\nSee ../shared/spec.'],
    ['a path of one machine', 'src/a.ts', "const file = '/work/main/x';"],
    ['a registry', 'pnpm-lock.yaml', '  tarball: somewhere'],
    ['a disabled rule without a reason', 'src/a.ts', '// eslint-disable-next-line no-empty'],
    ['a disabled rule of types without a reason', 'src/a.ts', '// oxlint-disable-next-line typescript/await-thenable'],
    ['a silenced compiler', 'src/a.ts', '// @ts-ignore'],
    ['a test that runs alone', 'src/a.test.ts', "it.only('x', () => {});"],
    ['a drawer for everything', 'src/string-utils.ts', ''],
    ['a name in camel case', 'src/myFile.ts', ''],
    ['a document with two titles', 'a.md', '# A\n\n# B'],
    ['a dead link', 'a.md', '# A\n\n[b](docs/b.md)'],
    ['a link to a heading that there is not', 'a.md', '# A\n\n[b](#b)'],
    ['a link to the heading of an example', 'a.md', '# A\n\n[b](#b)\n\n```md\n## B\n```'],
    ['a link to a heading of which there are fewer', 'a.md', '# A\n\n[c](#c-1)\n\n## C'],
  ])('finds %s', (_what, path, text) => {
    expect(tidyProblems({ files: new Map([[path, text]]) })).toHaveLength(1);
  });

  it('has nothing against what only looks like it', () => {
    const files = new Map([
      ['src/a.ts', "import '../shared-protocol.js'; // eslint-disable-next-line no-empty -- it may be gone already"],
      ['a.md', '# A\n\n```\n# a comment in a shell\n```\n\n[b](docs/b.md#b) [c](https://example.com#top)'],
      ['docs/b.md', '# B'],
    ]);

    expect(tidyProblems({ files })).toEqual([]);
  });

  it('finds a link to a place that another document does not have', () => {
    const files = new Map([
      ['docs/a.md', '# A\n\n[b](b.md#as-a-service)'],
      ['docs/b.md', '# B'],
    ]);

    expect(tidyProblems({ files })).toEqual([expect.stringContaining('b.md#as-a-service')]);
  });

  it.each([
    ['As a service', 'as-a-service'],
    ['`otto cmd` <action>: how?', 'otto-cmd-action-how'],
    ['primitive.tab.close_owned', 'primitivetabclose_owned'],
    ['[The SDK](c.md), in two minutes', 'the-sdk-in-two-minutes'],
    ['Twice\n\n## Twice', 'twice-1'],
  ])('knows that GitHub names the heading %j by %s', (heading, anchor) => {
    const files = new Map([
      ['a.md', `# A\n\n[b](b.md#${anchor})`],
      ['b.md', `# B\n\n## ${heading}`],
      ['c.md', '# C'],
    ]);

    expect(tidyProblems({ files })).toEqual([]);
  });

  it('knows places that have an id', () => {
    const files = new Map([['a.md', '# A\n\n[b](#Some_code)\n\n| <a id="Some_code"></a>`Some_code` |']]);

    expect(tidyProblems({ files })).toEqual([]);
  });
});
