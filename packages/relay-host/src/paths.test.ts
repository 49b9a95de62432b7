import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ottoHome } from './paths.js';

describe('ottoHome', () => {
  it('is beneath the folder of the user, unless OTTO_HOME says otherwise', () => {
    expect(ottoHome({}, () => '/user')).toBe(resolve(join('/user', '.otto')));
    expect(ottoHome({ OTTO_HOME: ' /o ' }, () => '')).toBe(resolve('/o'));
  });

  it('is nowhere for a user without one, least of all in the current folder', () => {
    expect(() => ottoHome({}, () => '')).toThrow('This user has no home folder.');
  });

  it('is asked for where the system does not know the user', () => {
    const cause = new Error('uv_os_homedir returned ENOENT (no such file or directory)');
    const unknown = () => {
      throw cause;
    };

    expect(() => ottoHome({}, unknown)).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        message: 'This user has no home folder.',
        context: expect.objectContaining({ actionableHint: 'Set OTTO_HOME to a folder of your own.' }),
        cause,
      }),
    );
    expect(ottoHome({ OTTO_HOME: '/o' }, unknown)).toBe(resolve('/o'));
  });
});
