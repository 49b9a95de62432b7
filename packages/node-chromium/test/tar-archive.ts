/** One file, or whatever `type` says, of a tar archive. */
export function tarEntry({ name, content = '', mode = '0000600', type = '0' }: TestEntry): Buffer {
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

/** What follows the last entry. */
export const TAR_END = Buffer.alloc(1024);
