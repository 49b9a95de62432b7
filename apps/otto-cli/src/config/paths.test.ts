import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathsOf } from './paths.js';

const USER = { userFolder: '/user', cwd: '/here' };

describe('pathsOf', () => {
  it('takes the folders of the environment, without the blanks around them, else those of the user', () => {
    expect(pathsOf({ ...USER, env: {} })).toMatchObject({
      home: resolve('/user/.otto'),
      relay: resolve('/user/.otto/relay'),
    });
    expect(pathsOf({ ...USER, env: { OTTO_HOME: ' /o ', OTTO_LOG_DIR: '/l ' } })).toMatchObject({
      home: resolve('/o'),
      relay: resolve('/l'),
      operatorToken: resolve('/l/operator.token'),
    });
  });

  it('takes what is relative from the current folder, that of the user, too', () => {
    const env = { OTTO_HOME: 'o' };

    expect(pathsOf({ ...USER, env })).toMatchObject({ home: resolve('/here/o') });
    expect(pathsOf({ ...USER, env: {}, userFolder: '.' })).toMatchObject({ home: resolve('/here/.otto') });
  });

  it('asks for OTTO_HOME where the user has no folder', () => {
    const nobody = { ...USER, userFolder: undefined };

    expect(() => pathsOf({ ...nobody, env: {} })).toThrow('This user has no home folder.');
    expect(pathsOf({ ...nobody, env: { OTTO_HOME: '/o' } })).toMatchObject({ home: resolve('/o') });
  });

  it.each(['OTTO_HOME', 'OTTO_LOG_DIR'])('refuses an empty %s, as the relay does', (name) => {
    for (const value of ['', '  ']) {
      expect(() => pathsOf({ ...USER, env: { [name]: value } })).toThrow(`${name} is ""`);
    }
  });
});
