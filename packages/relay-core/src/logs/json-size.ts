/** No number, boolean or null takes more bytes in JSON than this. */
export const JSON_SCALAR_BYTES_MAX = 24;

/**
 * As much of a text as fits into so many bytes of JSON, quotes and escapes included, and what that takes at the most.
 * Looks at no more of the text than that.
 */
export function fitText(text: string, bytesMax: number): { text: string; bytes: number } {
  let bytes = 2;
  for (let index = 0; index < text.length; index += 1) {
    const cost = jsonBytesOf(text.charCodeAt(index));
    if (bytes + cost > bytesMax) return { text: detached(text.slice(0, index)), bytes };
    bytes += cost;
  }
  return { text, bytes };
}

/** Bytes of one UTF-16 unit in JSON text, at the most: half of a pair may have to be escaped. */
function jsonBytesOf(unit: number): number {
  if (unit < 0x20) return 6;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 6 : 3;
}

/** A copy of its own: a slice would keep the whole text alive behind it, and that may be a frame of megabytes. */
function detached(slice: string): string {
  const copy: unknown = JSON.parse(JSON.stringify(slice));
  return typeof copy === 'string' ? copy : slice;
}
