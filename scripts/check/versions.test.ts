import { describe, expect, it } from 'vitest';
import { manifestsOf, pinsOf, readCheckout } from './checkout.mjs';
import { fileURLToPath } from 'node:url';

const checkout = readCheckout(fileURLToPath(new URL('../..', import.meta.url)));
const catalog = pinsOf(checkout, 'catalog');

describe('versions', () => {
  it('are exact, and written down once', () => {
    expect(catalog.size).toBeGreaterThan(10);
    for (const version of [...catalog.values(), ...pinsOf(checkout, 'overrides').values()])
      expect(version).toMatch(/^(npm:typescript@)?\d+\.\d+\.\d+$/);
    for (const [folder, manifest] of manifestsOf(checkout)) {
      const declared = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
      for (const [name, version] of Object.entries(declared)) {
        expect(version, `${folder}: ${name}`).toMatch(/^(catalog:|workspace:\*)$/);
      }
    }
  });

  it('of the root are the catalog’s, spelled out, so that npm install does no harm', () => {
    const { devDependencies, packageManager } = JSON.parse(checkout.files.get('package.json') ?? '{}');
    for (const [name, version] of Object.entries(devDependencies)) {
      expect(`${name}@${String(version)}`).toBe(name === 'pnpm' ? packageManager : `${name}@${catalog.get(name)}`);
    }
  });
});
