import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';

/** Whether the text has at most `FRAME_BYTES_MAX` bytes in UTF-8. Nearly all are too short to be worth counting. */
export function fitsFrame(text: string): boolean {
  if (text.length * 3 <= FRAME_BYTES_MAX) return true;
  let bytes = 0;
  for (let index = 0; index < text.length && bytes <= FRAME_BYTES_MAX; index += 1) {
    const unit = text.charCodeAt(index);
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    // A pair has four bytes, two for each half.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || isSurrogate ? 2 : 3;
  }
  return bytes <= FRAME_BYTES_MAX;
}
