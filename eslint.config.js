import tseslint from 'typescript-eslint';

/** Packages without a world of their own: what they need of it comes through a port. */
const purePackages = ['shared-protocol', 'relay-core', 'relay-link', 'controller-sdk', 'node-runtime'];

/** The one place in a pure package that may touch the platform; a file there holds one concern. */
const platformFiles = ['packages/controller-sdk/src/platform/**'];

const testFiles = ['**/*.test.ts', '**/test/**', '**/sim/**', 'e2e/**'];

const worldlyGlobals = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'queueMicrotask',
  'process',
  'fetch',
  'WebSocket',
  'console',
  'performance',
  'crypto',
  'Buffer',
  'window',
  'document',
  'navigator',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.turbo/**', 'bench/results/**', 'artifacts/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['packages/**/*.ts', 'apps/**/*.ts', 'examples/**/*.ts'],
    extends: [tseslint.configs.base],
    // Rules that need types are in .oxlintrc.json, because oxlint runs them in a sixth of the time.
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.base],
    rules: {
      'no-empty': 'error',
      'no-control-regex': 'error',
      'no-constant-condition': 'error',
      'no-fallthrough': 'error',
      'no-loss-of-precision': 'error',
      'no-self-assign': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-optional-chaining': 'error',
      'no-useless-catch': 'error',
      'no-useless-escape': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-useless-rename': 'error',
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-restricted-syntax': ['error', ...syntax('no export *', 'no default export')],
    },
  },
  {
    // Promises of a story are told in one place, however long the story is.
    files: testFiles,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'max-params': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // As long as the table that they are made from.
    files: ['**/src/generated/**'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    // Tools ask for a default export.
    files: ['*.config.{js,ts}', 'vitest.workspace.ts', 'scripts/closing-line-reporter.ts'],
    rules: { 'no-restricted-syntax': ['error', ...syntax('no export *')] },
  },
  {
    files: purePackages.map((name) => `packages/${name}/src/**/*.ts`),
    ignores: ['**/*.test.ts', ...platformFiles],
    rules: {
      'no-restricted-globals': [
        'error',
        ...worldlyGlobals.map((name) => ({ name, message: 'Take it through a port.' })),
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Take it through a port.' }],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'ws', 'fs', 'path'], message: 'This package has no platform of its own.' }] },
      ],
    },
  },
);

/** @param {('no export *' | 'no default export')[]} names */
function syntax(...names) {
  const rules = {
    'no export *': {
      selector: 'ExportAllDeclaration[exported=null]',
      message: 'List the names: what is public is decided by hand.',
    },
    'no default export': { selector: 'ExportDefaultDeclaration', message: 'Export it by name.' },
  };
  return names.map((name) => rules[name]);
}
