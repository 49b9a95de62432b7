import { DOWNLOAD_NAME_BYTES_MAX } from '@telepat/otto-protocol/limits';

/**
 * The name that a page gave to a file, as one that a file can have on any system, in any folder, and that shows what it
 * is: without parts of a path, signs that cannot be seen, and names that mean a device.
 */
export function safeFileName(name: string): string {
  const plain = trimmed(name.replace(UNSAFE_SIGNS, '_'));
  if (plain === '') return 'download';
  return cut(DEVICE_NAMES.test(plain) ? `_${plain}` : plain);
}

/** What separates paths or is forbidden in names, controls, marks that turn the direction of a text, and half signs. */
const UNSAFE_SIGNS = /[/\\:*?"<>|\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** On Windows these are devices, whatever their ending, and with spaces before it. */
const DEVICE_NAMES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)/i;

/** Dots and spaces hide a file when they begin its name, and are lost on Windows when they end it. */
const AT_AN_EDGE = /[\s.]/;

/** By hand: an expression for the end of a text begins again at each of the million spaces that a page puts in its middle. */
function trimmed(text: string): string {
  let start = 0;
  while (AT_AN_EDGE.test(text.charAt(start))) start += 1;
  return trimmedAtEnd(text.slice(start));
}

function trimmedAtEnd(text: string): string {
  let end = text.length;
  while (AT_AN_EDGE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Shortens the stem of a long name, so that its ending is still there. */
function cut(name: string): string {
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  let room = DOWNLOAD_NAME_BYTES_MAX - ending.length;
  let stem = '';
  for (const sign of name.slice(0, name.length - ending.length)) {
    room -= bytesOf(sign);
    if (room < 0) return trimmedAtEnd(stem) + ending;
    stem += sign;
  }
  return name;
}

/** How many bytes one sign has in UTF-8. */
function bytesOf(sign: string): number {
  const code = sign.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
