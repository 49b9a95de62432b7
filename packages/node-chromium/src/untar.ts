/** The files of a tar archive, as the package of the embedded browser has them: plain files with short names. */
export function untar(archive: Uint8Array): TarFile[] {
  const files: TarFile[] = [];
  for (let offset = 0; offset + BLOCK <= archive.length;) {
    const header = archive.subarray(offset, offset + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = octal(header, 124, 12);
    const begin = offset + BLOCK;
    if (begin + size > archive.length) throw new Error('The archive is cut short.');
    if (octal(header, 148, 8) !== checksum(header)) throw new Error('The archive is damaged.');
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === '0' || type === '\0') {
      const name = safeName(text(header, 0, 100));
      files.push({
        name,
        isExecutable: (octal(header, 100, 8) & 0o100) !== 0,
        bytes: archive.subarray(begin, begin + size),
      });
    } else if (type !== '5') {
      // Links and long names would need care; the archives that we read have none.
      throw new Error(`The archive has an entry of an unexpected type: ${type}`);
    }
    offset = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

const BLOCK = 512;

/** A relative path that stays below the folder into which it is unpacked. */
function safeName(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || name.includes('\\') || parts.length === 0 || parts.includes('..')) {
    throw new Error(`The archive has an entry with an unsafe name: ${name}`);
  }
  return parts.join('/');
}

function checksum(header: Uint8Array): number {
  // The field of the sum itself counts as spaces.
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);
}

function octal(header: Uint8Array, begin: number, length: number): number {
  const digits = text(header, begin, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error('The archive is damaged.');
  return Number.parseInt(digits, 8);
}

function text(header: Uint8Array, begin: number, length: number): string {
  const field = header.subarray(begin, begin + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

export interface TarFile {
  readonly name: string;
  readonly isExecutable: boolean;
  readonly bytes: Uint8Array;
}
