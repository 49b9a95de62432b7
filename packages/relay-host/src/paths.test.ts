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
});
