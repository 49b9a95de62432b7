import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { nodeVersion } from '../../apps/otto-cli/src/doctor/checks/node-version.ts';
import { manifestsOf, readCheckout } from '../check/checkout.mjs';
import { NODE_VERSIONS } from './node-versions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { files } = readCheckout(root);
const [oldest = ''] = NODE_VERSIONS;
const [major = 0, minor = 0] = oldest.split('.').map(Number);

it('the oldest Node is what every package asks for', () => {
  const manifests = [JSON.parse(files.get('package.json') ?? ''), ...manifestsOf({ files }).values()];

  expect(manifests.length).toBeGreaterThan(9);
  for (const { name, engines } of manifests) expect(engines, name).toEqual({ node: `>=${major}.${minor}` });
});

it('the oldest Node is what otto doctor takes, and nothing older', () => {
  expect(nodeVersion(oldest).level).toBe('ok');
  expect(nodeVersion(`${major}.${minor - 1}.9`).level).toBe('fail');
});

it('the oldest Node is what every program and document names that names one', () => {
  for (const path of ['README.md', 'CONTRIBUTING.md', 'apps/otto-cli/README.md', 'apps/otto-cli/bin/otto.js']) {
    expect(files.get(path)?.match(/Node \d+\.\d+/g) ?? [], path).toContain(`Node ${major}.${minor}`);
  }
  expect(files.get('scripts/bootstrap.mjs')).toContain(`NODE_VERSION_MIN = [${major}, ${minor}];`);
});

it('the workflow runs .ci/run on each of the Nodes', () => {
  const { on, jobs } = parse(files.get('.github/workflows/ci.yml') ?? '', { strict: true });
  const { everything } = jobs;

  expect(Object.keys(on)).toEqual(['push', 'pull_request']);
  expect(everything.strategy.matrix).toEqual({ node: NODE_VERSIONS });
  expect(everything.steps).toContainEqual({
    uses: expect.stringMatching(/^actions\/setup-node@v\d+$/),
    with: { 'node-version': '${{ matrix.node }}' },
  });
  expect(everything.steps.at(-1)).toEqual({ run: '.ci/run' });
  // It is called by its name.
  accessSync(join(root, '.ci', 'run'), constants.X_OK);
});
