import { beforeEach, describe, expect, it } from 'vitest';
import { namespaceProblem } from './needs-namespaces.js';
import { missingForSecretService } from './secret-service.js';

const IS_OF_GITHUB = process.env['GITHUB_ACTIONS'] !== undefined && process.platform === 'linux';

// A machine that lacks these skips tests; the workflow prepares its own, and that must not fail unseen.
describe('a machine of GitHub', () => {
  beforeEach(({ skip }) => skip(!IS_OF_GITHUB, 'This is none.'));

  it('makes namespaces, so that small disks and users without a home are tested', () => {
    expect(namespaceProblem()).toBe('');
  });

  it('has a Secret Service, so that a keychain is tested', () => {
    expect(missingForSecretService()).toBeUndefined();
  });
});
