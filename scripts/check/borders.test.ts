import { describe, expect, it } from 'vitest';
import { borderProblems, unusedDependencies } from './borders.mjs';

describe('borderProblems', () => {
  it('stops a package at a package that its row does not name', () => {
    const problems = borderProblems(
      checkout({ 'packages/relay-http/src/a.ts': "import { x } from '@telepat/otto-relay-host';" }),
    );

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^packages\/relay-http\/src\/a\.ts:1: imports @telepat\/otto-relay-host; /);
  });

  it.each([
    ['a Node module in the core', 'packages/relay-core/src/a.ts', "import { join } from 'node:path';"],
    ['a library in the core', 'packages/relay-core/src/a.ts', "import * as z from 'zod';"],
    ['a type of a library in the core', 'packages/relay-core/src/a.ts', "import type { Z } from 'zod';"],
    ['a dynamic import in the core', 'packages/relay-core/src/a.ts', "await import('node:fs');"],
    ['an undeclared library', 'packages/relay-http/src/a.ts', "import x from 'left-pad';"],
    ['a path into another package', 'packages/relay-http/src/a.ts', "import '../../relay-core/src/relay.js';"],
    ['a path from an example into a package', 'examples/embed-relay-core/src/a.ts', "import '../../../packages/x.js';"],
    ['a testing door in a source', 'packages/relay-http/src/a.ts', "import '@telepat/otto-relay-core/testing';"],
    ['an upward import in the core', 'packages/relay-core/src/node/lane.ts', "import { s } from '../session/s.js';"],
    ['an upward type in the core', 'packages/relay-core/src/node/lane.ts', "import type { s } from '../session/s.js';"],
  ])('stops %s', (_what, path, text) => {
    expect(borderProblems(checkout({ [path]: text }))).toHaveLength(1);
  });

  it.each([
    ['a package that the row names', 'packages/relay-http/src/a.ts', "import { x } from '@telepat/otto-relay-core';"],
    ['its own library', 'packages/relay-http/src/a.ts', "import x from 'fastify';"],
    ['a testing door in a test', 'packages/relay-http/test/a.test.ts', "import '@telepat/otto-relay-core/testing';"],
    ['Node in a test of the core', 'packages/relay-core/test/a.test.ts', "import 'node:fs';"],
    ['a port in the core', 'packages/relay-core/src/node/lane.ts', "import { c } from '../ports/c.js';"],
    [
      'a type of a session in a frame',
      'packages/relay-core/src/frames/f.ts',
      "import type { s } from '../session/s.js';",
    ],
  ])('lets %s pass', (_what, path, text) => {
    expect(borderProblems(checkout({ [path]: text }))).toEqual([]);
  });
});

it('unusedDependencies names what a package declares and never imports', () => {
  const files = checkout({ 'packages/relay-http/src/a.ts': "import '@telepat/otto-relay-core/testing';" });

  expect(unusedDependencies(files)).toEqual(['packages/relay-http/package.json: never imports fastify']);
});

function checkout(sources: Record<string, string>) {
  return {
    files: new Map([
      ['packages/relay-core/package.json', JSON.stringify({ name: '@telepat/otto-relay-core' })],
      [
        'packages/relay-http/package.json',
        JSON.stringify({
          name: '@telepat/otto-relay-http',
          dependencies: { fastify: '1', '@telepat/otto-relay-core': '1' },
        }),
      ],
      ['examples/embed-relay-core/package.json', JSON.stringify({ name: 'embed' })],
      ['packages/relay-core/src/session/s.ts', ''],
      ['packages/relay-core/src/ports/c.ts', ''],
      ...Object.entries(sources),
    ]),
  };
}
