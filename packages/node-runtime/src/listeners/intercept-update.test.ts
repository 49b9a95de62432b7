import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { encodeUtf8 } from '@telepat/otto-relay-core/testing';
import { describe, expect, it } from 'vitest';
import type { CapturedResponse } from '../ports.js';
import { interceptData, interceptUpdate } from './intercept-update.js';

const RESPONSE: CapturedResponse = {
  url: 'https://a.test/',
  method: 'GET',
  status: 200,
  mimeType: 'text/plain',
  requestId: '1',
  captureSource: 'network',
  requestHeaders: { accept: '*/*' },
};

function updateOf(response: Partial<CapturedResponse>) {
  const names = { tabSessionId: 'tab_1', site: 'a.test' };
  return interceptUpdate('network.response', interceptData(names, { ...RESPONSE, ...response }));
}

describe('an update that is too large', () => {
  it('loses the end of its body, not between the halves of a character, and fits then whatever it holds', () => {
    for (const piece of ['😀', '\u0000', 'a']) {
      const body = `a${piece.repeat(FRAME_BYTES_MAX / piece.length)}`;

      const data = updateOf({ body, bodyBytes: 9 }).smaller?.()?.data ?? {};

      const kept = String(data['body']);
      expect(data).toMatchObject({ truncated: true, bodyBytes: 9, requestHeaders: { accept: '*/*' } });
      expect(body.startsWith(kept)).toBe(true);
      expect(kept.length).toBeGreaterThan(2_000_000);
      expect(kept).not.toMatch(/[\ud800-\udbff]$/);
      expect(encodeUtf8(JSON.stringify(data)).length).toBeLessThan(FRAME_BYTES_MAX);
    }
  });

  it('keeps base64 whole where it is cut', () => {
    const update = updateOf({ body: 'AAAA'.repeat(FRAME_BYTES_MAX / 4), base64Encoded: true });

    const { body, truncated } = update.smaller?.()?.data ?? {};

    expect(truncated).toBe(true);
    expect(String(body).length % 4).toBe(0);
  });

  it('loses body and headers next, and cannot lose more', () => {
    const bare = updateOf({ body: 'x'.repeat(FRAME_BYTES_MAX), bodyBytes: 9 })
      .smaller?.()
      ?.smaller?.();

    expect(bare?.data).toEqual({
      tabSessionId: 'tab_1',
      site: 'a.test',
      url: 'https://a.test/',
      method: 'GET',
      status: 200,
      mimeType: 'text/plain',
      requestId: '1',
      captureSource: 'network',
      bodyBytes: 9,
      error: 'too_large_for_frame',
    });
    expect(bare?.smaller).toBeUndefined();
  });

  it('has nothing to lose but its headers where it has no body', () => {
    const bare = updateOf({}).smaller?.();

    expect(bare?.data).not.toHaveProperty('requestHeaders');
    expect(bare?.smaller).toBeUndefined();
  });
});

it.each([
  ['https://user:password@a.test/x', 'https://a.test/x'],
  ['https://user@a.test/x@y', 'https://a.test/x@y'],
  ['https://a.test/x@y?z=@', 'https://a.test/x@y?z=@'],
  ['wss://user:password@a.test', 'wss://a.test'],
])('the address %s is told as %s', (url, told) => {
  expect(updateOf({ url }).data['url']).toBe(told);
});
