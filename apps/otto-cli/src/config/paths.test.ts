import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathsOf } from './paths.js';

describe('pathsOf', () => {
  it('takes the folders of the environment, without the blanks around them, else those of the user', () => {
    expect(pathsOf({}, '/user')).toMatchObject({ home: resolve('/user/.otto'), relay: resolve('/user/.otto/relay') });
    expect(pathsOf({ OTTO_HOME: ' /o ', OTTO_LOG_DIR: '/l ' }, '/user')).toMatchObject({
      home: resolve('/o'),
      relay: resolve('/l'),
      operatorToken: resolve('/l/operator.token'),
    });
  });

  it.each(['OTTO_HOME', 'OTTO_LOG_DIR'])('refuses an empty %s, as the relay does', (name) => {
    for (const value of ['', '  ']) {
      expect(() => pathsOf({ [name]: value }, '/user')).toThrow(`${name} is ""`);
    }
  });
});
