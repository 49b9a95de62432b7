import { describe, expect, it } from 'vitest';
import { redactData, redactText } from './redact.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const PLENTY = 16_384;

describe('redaction', () => {
  it.each([
    'token',
    'accessToken',
    'REFRESH_TOKEN',
    'clientSecret',
    'Set-Cookie',
    'Authorization',
    'password',
    'passwd',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'credentials',
  ])('a string under %s is left out', (key) => {
    expect(redactData({ [key]: 'x' }, PLENTY)).toEqual({ [key]: '[redacted]' });
  });

  it('all strings below such a key are left out, at any depth; numbers and flags stay', () => {
    const data = { cookies: [{ name: 'sid', age: 3, isSecure: true, more: { value: 'x' } }], open: 'y' };

    expect(redactData(data, PLENTY)).toEqual({
      cookies: [{ name: '[redacted]', age: 3, isSecure: true, more: { value: '[redacted]' } }],
      open: 'y',
    });
  });

  it.each([JWT, `cs_${'a'.repeat(43)}`, `rt_${'a'.repeat(43)}`, 'cs_1', 'rt_1'])(
    'the value %s is left out wherever it stands alone',
    (value) => {
      expect(redactData({ list: [value] }, PLENTY)).toEqual({ list: ['[redacted]'] });
    },
  );

  it('secrets within a text and in keys are left out, and the rest of the text stays', () => {
    const secret = `rt_${'a'.repeat(43)}`;

    expect(redactText(`Bearer ${JWT}, then ${secret}.`)).toBe('Bearer [redacted], then [redacted].');
    expect(Object.keys(redactData({ [secret]: 1 }, PLENTY))).toEqual(['[redacted]']);
  });

  it.each(['rtsp://host', 'start_1', 'cs', 'eyJ', 'a.b.c', 'cs_ is a prefix'])('the text %j stays', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('deeper than 64 levels nothing is copied', () => {
    let data: Record<string, unknown> = { accessToken: 'x' };
    for (let depth = 0; depth < 100; depth += 1) data = { deeper: data };

    const text = JSON.stringify(redactData(data, PLENTY));

    expect(text).toContain('[too deep]');
    expect(text.split('deeper')).toHaveLength(65);
  });

  it('what does not fit is left out and says so; what fits is whole', () => {
    const data = { a: 'x'.repeat(50), b: 'y'.repeat(500), c: 1 };

    const cut = redactData(data, 200);

    expect(cut).toMatchObject({ a: data.a, truncated: true });
    expect(JSON.stringify(cut).length).toBeLessThanOrEqual(200);
    expect(redactData(data, 800)).toEqual(data);
  });

  it('a secret at the cut is not half shown', () => {
    const text = `${'x'.repeat(155)} rt_${'a'.repeat(43)}`;

    expect(JSON.stringify(redactData({ text }, 200))).not.toContain('rt_a');
  });

  it('a key that would set the prototype of the copy is dropped', () => {
    const data = JSON.parse('{"__proto__":{"isAdmin":true},"a":1}') as Record<string, unknown>;

    const copy = redactData(data, PLENTY);

    expect(copy).toEqual({ a: 1 });
    expect(copy['isAdmin']).toBeUndefined();
  });

  it('hostile texts cost no more than their length', () => {
    const texts = ['eyJ'.repeat(6_000), `${'a-'.repeat(8_000)}.`, 'rt_-'.repeat(4_000), 'eyJaaaaaa.'.repeat(1_600)];

    for (const text of texts) redactText(text.repeat(40));
  });
});
