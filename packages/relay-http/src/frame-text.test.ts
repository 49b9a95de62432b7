import { describe, expect, it } from 'vitest';
import { frameText } from './frame-text.js';

const LARGE = 4 * 1024 * 1024;

describe('the text of a frame', () => {
  it.each([
    ['small and ASCII', 'a'.repeat(LARGE - 1)],
    ['large and ASCII', 'a'.repeat(LARGE)],
    ['small, with other letters', 'ö'],
    ['large, with another letter at the end', `${'a'.repeat(LARGE)}é`],
    ['large, with letters beyond the first plane', '😀'.repeat(LARGE / 4)],
  ])('is what was sent: %s', (_name, text) => {
    expect(frameText(Buffer.from(text))).toBe(text);
  });
});
