import { describe, expect, it } from 'vitest';
import { toldBody, type FoundBody } from './told-body.js';

const found = (bytes: Uint8Array | string, facts: Partial<FoundBody> = {}): FoundBody => {
  const asBytes = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return {
    ...{ bytes: asBytes, isWhole: true, totalBytes: asBytes.byteLength, wasText: false },
    ...{ mimeType: 'text/plain', charset: '', ...facts },
  };
};

describe('a body as it is told', () => {
  it('is text where its type is one', () => {
    expect(toldBody(found('tästä'), 100)).toEqual({ body: 'tästä', bodyBytes: 7 });
  });

  it.each([
    ['application/json', true],
    ['application/ld+json', true],
    ['image/svg+xml', true],
    ['application/x-www-form-urlencoded', true],
    ['TEXT/HTML', true],
    ['application/octet-stream', false],
    ['image/png', false],
    ['application/jsonish', false],
    ['', false],
  ])('of type %j is text: %j', (mimeType, isText) => {
    const told = toldBody(found('abc', { mimeType }), 100);

    expect(told).toEqual(isText ? { body: 'abc', bodyBytes: 3 } : { body: 'YWJj', base64Encoded: true, bodyBytes: 3 });
  });

  it('that the browser had as text is text, whatever its type says', () => {
    expect(toldBody(found('ä', { wasText: true, mimeType: 'image/png', charset: 'latin1' }), 9)).toEqual({
      ...{ body: 'ä', bodyBytes: 2 },
    });
  });

  it('that fits to the byte is whole, and one byte less cuts it', () => {
    expect(toldBody(found('abcd'), 4)).toEqual({ body: 'abcd', bodyBytes: 4 });
    expect(toldBody(found('abcd'), 3)).toEqual({ body: 'abc', truncated: true, bodyBytes: 4 });
    expect(toldBody(found('abcd'), 0)).toEqual({ body: '', truncated: true, bodyBytes: 4 });
    expect(toldBody(found(''), 0)).toEqual({ body: '', bodyBytes: 0 });
  });

  it('is not cut within a character, however long that is', () => {
    expect(toldBody(found('aä'), 2)).toEqual({ body: 'a', truncated: true, bodyBytes: 3 });
    for (const bytesMax of [1, 2, 3, 4]) {
      expect(toldBody(found('a😀'), bytesMax)).toEqual({ body: 'a', truncated: true, bodyBytes: 5 });
    }
  });

  it('of which only the beginning came is cut, too', () => {
    const told = toldBody(found(Buffer.from('aä').subarray(0, 2), { isWhole: false, totalBytes: 9 }), 100);

    expect(told).toEqual({ body: 'a', truncated: true, bodyBytes: 9 });
  });

  it('is read by the charset that its server names, and as UTF-8 where there is no such charset', () => {
    expect(toldBody(found(Buffer.from('café', 'latin1'), { charset: 'iso-8859-1' }), 9).body).toBe('café');
    expect(toldBody(found('café', { charset: 'klingon' }), 9).body).toBe('café');
  });

  it('that is no text after all is told as base64, cut to the byte', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0xc0, 0x80]);

    expect(toldBody(found(bytes), 3)).toEqual({
      ...{ body: bytes.subarray(0, 3).toString('base64'), base64Encoded: true, truncated: true, bodyBytes: 4 },
    });
    // A character that is cut in two at the end of a whole body is no text either.
    expect(toldBody(found(Buffer.from([0x61, 0xc3])), 9)).toMatchObject({ base64Encoded: true, body: 'YcM=' });
  });

  it('is only the part of a larger memory that it is in', () => {
    const memory = Buffer.from('xxabcxx');

    expect(toldBody(found(memory.subarray(2, 5), { mimeType: 'image/png' }), 9).body).toBe('YWJj');
  });
});
