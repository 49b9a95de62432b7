import type { TestProjectConfiguration } from 'vitest/config';

/**
 * Workspace packages resolve to their sources, so that no test runs against a stale build. `import` is not among the
 * conditions: Node would take them for `require` as well, and CommonJS packages would get the modules of others.
 */
const conditions = ['@telepat/source', 'node', 'module'];

const ALONE = 'packages/relay-host/test/no-schemas.test.ts';

/** The test projects; `npm run test:fast` runs unit, story, door and pair. */
const projects: TestProjectConfiguration[] = [
  project('unit', [
    'packages/*/src/**/*.test.ts',
    'apps/*/src/**/*.test.ts',
    'packages/shared-protocol/test/**/*.test.ts',
  ]),
  // The checks of the repository itself, its documents and its benches; and what looks at its whole process, which it has
  // to itself.
  project('checks', ['scripts/**/*.test.ts', 'bench/**/*.test.ts', ALONE], { isolate: true }),
  project('story', ['packages/relay-core/test/**/*.test.ts']),
  project('door', ['packages/relay-http/test/**/*.test.ts', 'examples/embed-relay-core/test/**/*.test.ts']),
  project('pair', ['packages/{controller-sdk,node-runtime,relay-link}/test/**/*.test.ts']),
  project('host', ['packages/relay-host/test/**/*.test.ts'], { exclude: [ALONE] }),
  // A real browser needs its time and most of a small machine. A test that passes only at its second try is named at the
  // end of the run: it is a fault to look for, but not one of the change that is being tested.
  project('browser', ['packages/node-chromium/test/**/*.test.ts', 'examples/sdk/test/**/*.test.ts'], {
    testTimeout: 60_000,
    hookTimeout: 90_000,
    retry: 1,
  }),
  project('e2e', ['e2e/**/*.e2e.test.ts', 'apps/otto-cli/test/**/*.test.ts'], {
    globalSetup: 'e2e/stage-otto.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 1,
  }),
];

export default projects;

function project(name: string, include: string[], options: object = {}): TestProjectConfiguration {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      include,
      environment: 'node',
      // No test leaves anything behind in its process: the files share it, and what they import is read once. Twice as fast.
      isolate: false,
      // A machine that is busy with other things is not a failure.
      testTimeout: 30_000,
      expect: { poll: { timeout: 20_000 } },
      server: { deps: { inline: [/@telepat\//] } },
      ...options,
    },
  };
}
