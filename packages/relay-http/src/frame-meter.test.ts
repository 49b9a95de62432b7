import { describe, expect, it } from 'vitest';
import { FrameMeter } from './frame-meter.js';

const KIB = 1_024;
const TEXT = 0x81;
const TEXT_TO_BE_CONTINUED = 0x01;
const CONTINUATION = 0x00;
const PING = 0x89;

/** A client's frame: masked, with a key of zeros. */
function frame(first: number, length: number, announced = length): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt8(first, 0);
  const content = Buffer.alloc(length);
  if (announced < 126) {
    header.writeUInt8(0x80 | announced, 1);
    return Buffer.concat([header.subarray(0, 6), content]);
  }
  if (announced < 65_536) {
    header.writeUInt8(0x80 | 126, 1);
    header.writeUInt16BE(announced, 2);
    return Buffer.concat([header.subarray(0, 8), content]);
  }
  header.writeUInt8(0x80 | 127, 1);
  header.writeBigUInt64BE(BigInt(announced), 2);
  return Buffer.concat([header, content]);
}

function verdictOf(bytes: Buffer, step: number): string {
  const meter = new FrameMeter();
  for (let at = 0; at < bytes.length; at += step) {
    const verdict = meter.take(bytes.subarray(at, at + step));
    if (verdict !== 'fine') return verdict;
  }
  return 'fine';
}

describe('FrameMeter', () => {
  it.each([1, 2, 3, 7, 1_000, 100_000])('finds the borders of frames in chunks of %i bytes', (step) => {
    const harmless = [frame(TEXT, 0), frame(TEXT, 125), frame(PING, 4), frame(TEXT, 126), frame(TEXT, 60_000)];

    expect(verdictOf(Buffer.concat(harmless), step)).toBe('fine');
    expect(verdictOf(Buffer.concat([...harmless, frame(TEXT, 64 * KIB + 1)]), step)).toBe('frame_too_large');
  });

  it('lets a frame of 64 KiB pass', () => {
    expect(verdictOf(frame(TEXT, 64 * KIB), 4_096)).toBe('fine');
  });

  it('knows a frame that is too large from its header alone', () => {
    expect(verdictOf(frame(TEXT, 0, 16 * KIB * KIB), 14)).toBe('frame_too_large');
    expect(verdictOf(frame(TEXT, 0, Number.MAX_SAFE_INTEGER), 1)).toBe('frame_too_large');
  });

  it('counts a message over all its fragments, with pings in between', () => {
    const fragment = (first: number) => frame(first, 30_000);
    const bytes = [fragment(TEXT_TO_BE_CONTINUED), frame(PING, 100), fragment(CONTINUATION), fragment(CONTINUATION)];

    expect(verdictOf(Buffer.concat(bytes.slice(0, 3)), 1_000)).toBe('fine');
    expect(verdictOf(Buffer.concat(bytes), 1_000)).toBe('frame_too_large');
  });

  it('allows 256 KiB in all', () => {
    const frames = Array.from({ length: 5 }, () => frame(TEXT, 64_000 - 8));

    expect(verdictOf(Buffer.concat(frames.slice(0, 4)), 16_000)).toBe('fine');
    expect(verdictOf(Buffer.concat(frames), 16_000)).toBe('too_many_bytes');
  });

  it('counts bytes that are no frames, too', () => {
    expect(verdictOf(Buffer.alloc(257 * KIB), 1_000)).toBe('too_many_bytes');
  });
});
