import { describe, expect, it } from 'vitest';
import { TAR_END as END, tarEntry as entry } from '../test/tar-archive.js';
import { untar } from './untar.js';

describe('untar', () => {
  it('gives the files of an archive with their contents, and skips the folders', () => {
    const archive = Buffer.concat([
      entry({ name: 'fonts/', type: '5' }),
      entry({ name: './fonts/a.ttf', content: 'x'.repeat(700) }),
      entry({ name: 'lib/b.so', content: 'b', mode: '0000755' }),
      END,
    ]);

    const files = untar(archive).map(({ bytes, ...file }) => ({ ...file, content: Buffer.from(bytes).toString() }));

    expect(files).toEqual([
      { name: 'fonts/a.ttf', isExecutable: false, content: 'x'.repeat(700) },
      { name: 'lib/b.so', isExecutable: true, content: 'b' },
    ]);
  });

  it.each(['../evil', '/etc/evil', 'a/../../evil', 'a\\..\\evil'])('refuses the unsafe name %s', (name) => {
    expect(() => untar(Buffer.concat([entry({ name, content: 'x' }), END]))).toThrow('unsafe name');
  });

  it('refuses an archive that is damaged, cut short, or has links', () => {
    const file = entry({ name: 'a', content: 'abc' });
    const damaged = Buffer.from(file);
    damaged[3] = 65;

    expect(() => untar(damaged)).toThrow('damaged');
    expect(() => untar(file.subarray(0, 512))).toThrow('cut short');
    expect(() => untar(entry({ name: 'a', type: '2' }))).toThrow('unexpected type');
  });
});
