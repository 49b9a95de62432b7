/** Each UTF-16 unit of a text becomes at most so many bytes of UTF-8. */
export const UTF8_BYTES_MAX = 3;

/** How many bytes a text takes in UTF-8, without encoding it. Half of a pair counts as what stands in for it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      bytes += 1;
      continue;
    }
    bytes += 2;
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    // Two units, four bytes.
    if (isPair) at += 1;
  }
  return bytes;
}
