/** Bytes of a text without anything beyond ASCII: everything that a simulated world says. */
export function encodeAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export function decodeAscii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
