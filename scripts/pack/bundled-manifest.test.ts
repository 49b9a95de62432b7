import { describe, expect, it } from 'vitest';
import { bundledManifest } from './bundled-manifest.mjs';

describe('the manifest of a bundle', () => {
  it('declares what the packages inside need, in the versions of the catalog, and none of them', () => {
    expect(
      manifestOf({ imports: ['node:fs', 'ws', 'fastify/lib/x.js', 'colours'], isNamed: names('chromium') }),
    ).toEqual({
      name: 'app',
      bin: { app: './bin/app.js' },
      exports: { './package.json': './package.json' },
      dependencies: { colours: '4.0.0', fastify: '2.0.0', ws: '1.0.0', held: '6.0.0' },
      optionalDependencies: { chromium: '3.0.0' },
    });
  });

  it('needs nothing of what was bundled', () => {
    const manifest = manifestOf({ imports: ['ws', 'fastify'], isNamed: names('chromium'), inside: ['colours'] });

    expect(manifest).toMatchObject({ dependencies: { fastify: '2.0.0', ws: '1.0.0', held: '6.0.0' } });
    expect(manifest).not.toHaveProperty('dependencies.colours');
  });

  it('is refused when something is imported that nobody declares', () => {
    expect(() => manifestOf({ imports: ['ws', 'fastify', 'colours', '@else/where/deep.js'] })).toThrow(
      'undeclared imports: @else/where.',
    );
  });

  it('is refused when something would be installed for nothing', () => {
    expect(() => manifestOf({ imports: ['ws', 'fastify', 'colours'] })).toThrow('without an import of chromium');
  });

  it('is refused when there is no version', () => {
    const imports = ['ws', 'fastify', 'colours'];

    expect(() => manifestOf({ imports, isNamed: names('chromium') }, new Map())).toThrow('no version of colours');
  });
});

const MANIFESTS = new Map([
  [
    'apps/app',
    {
      name: 'app',
      bin: { app: './bin/app.js' },
      exports: { '.': { default: './dist/index.js' } },
      scripts: { build: 'tsc' },
      dependencies: { ws: 'catalog:', library: 'workspace:*' },
      devDependencies: { vitest: 'catalog:' },
    },
  ],
  [
    'packages/library',
    {
      name: 'library',
      dependencies: { fastify: 'catalog:', colours: 'catalog:', app: 'workspace:*' },
      optionalDependencies: { chromium: 'catalog:' },
      devDependencies: { never: 'catalog:' },
    },
  ],
]);

const CATALOG = new Map([
  ['ws', '1.0.0'],
  ['fastify', '2.0.0'],
  ['chromium', '3.0.0'],
  ['colours', '4.0.0'],
]);

function manifestOf(
  bundle: { imports: string[]; isNamed?: (name: string) => boolean; inside?: string[] },
  catalog = CATALOG,
): object {
  const overrides = new Map([['held', '6.0.0']]);
  const workspace = { folder: 'apps/app', manifests: MANIFESTS, catalog, overrides };
  return bundledManifest(workspace, { isNamed: () => false, inside: [], ...bundle });
}

function names(...known: string[]): (name: string) => boolean {
  return (name) => known.includes(name);
}
