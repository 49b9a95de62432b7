import { describe, expect, it } from 'vitest';
import { untar } from './untar.js';

function entry({ name, content = '', mode = '0000600', type = '0' }: TestEntry): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${mode}\0`, 100);
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

interface TestEntry {
  readonly name: string;
  readonly content?: string;
  readonly mode?: string;
  readonly type?: string;
}

const END = Buffer.alloc(1024);

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
