/** Width and height of a PNG or JPEG picture in pixels, as its own header says. */
export function imageSize(bytes: Buffer): { width: number; height: number } {
  if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  // JPEG is a row of segments: 0xFF, kind, length. The one that starts a frame has the size.
  for (let offset = 2; offset + 9 <= bytes.length && bytes[offset] === 0xff;) {
    const kind = bytes[offset + 1] ?? 0;
    if (isFrameStart(kind)) return { width: bytes.readUInt16BE(offset + 7), height: bytes.readUInt16BE(offset + 5) };
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  throw new Error('The picture is neither PNG nor JPEG.');
}

function isFrameStart(kind: number): boolean {
  const isTable = kind === 0xc4 || kind === 0xc8 || kind === 0xcc;
  return kind >= 0xc0 && kind <= 0xcf && !isTable;
}
