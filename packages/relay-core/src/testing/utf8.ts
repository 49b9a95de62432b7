/** UTF-8 without a platform, for tests. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return encodeAny(text);
    bytes[at] = unit;
  }
  return bytes;
}

export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte > 127) return decodeAny(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeAny(bytes: Uint8Array): string {
  return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
}

/** `encodeURIComponent` knows the rules. */
function encodeAny(text: string): Uint8Array {
  const escaped = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let at = 0; at < escaped.length; at += 1) {
    if (escaped[at] === '%') {
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(escaped.charCodeAt(at));
    }
  }
  return Uint8Array.from(bytes);
}
