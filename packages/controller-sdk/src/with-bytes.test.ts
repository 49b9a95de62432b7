import { OttoError, type ActionOutput } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { withBytes } from './with-bytes.js';

const ACTION = 'primitive.page.screenshot';

it.each([
  ['', []],
  ['AP+A', [0, 255, 128]],
])('the picture %j becomes its bytes', (contentBase64, bytes) => {
  expect([...withBytes(ACTION, pictureOf(contentBase64)).bytes]).toEqual(bytes);
});

it('a picture that is none is said so', () => {
  const read = () => withBytes(ACTION, pictureOf('!'));

  expect(read).toThrow(OttoError);
  expect(read).toThrow(
    expect.objectContaining({ code: 'internal_error', context: expect.objectContaining({ action: ACTION }) }),
  );
});

function pictureOf(contentBase64: string): ActionOutput<'primitive.page.screenshot'> {
  const size = { width: 1, height: 1, byteLength: 1, downscaled: false };
  return { sourceUrl: 'https://x/', mode: 'viewport', format: 'png', mimeType: 'image/png', contentBase64, ...size };
}
