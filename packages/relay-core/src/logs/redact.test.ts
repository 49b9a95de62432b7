import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../testing/index.js';
import { redactData, redactText } from './redact.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const TOKEN = `rt_${'a1B2'.repeat(10)}xyz`;
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

  it('what follows the name of a secret in a list of pairs is left out', () => {
    const headers = [
      ['Accept', 'text/html'],
      ['Set-Cookie', 'sid=1'],
      ['X-API-Key', { nested: ['abc'], age: 3 }],
    ];

    expect(redactData({ headers, keys: ['token', 'title'] }, PLENTY)).toEqual({
      headers: [
        ['Accept', 'text/html'],
        ['Set-Cookie', '[redacted]'],
        ['X-API-Key', { nested: ['[redacted]'], age: 3 }],
      ],
      keys: ['token', 'title'],
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

  it.each([
    `https://x/?next=%2Fcb%3Fa%3D${TOKEN}`,
    `"{\\n${TOKEN}\\n}"`,
    `parts_${TOKEN}`,
    `é${TOKEN}é`,
    `x${JWT}`,
    `https://x/?jwt%3D${JWT}&y=1`,
  ])('a secret glued to other letters is found in %s', (text) => {
    const clean = redactText(text);

    expect(clean).not.toContain(TOKEN.slice(3, 20));
    expect(clean).not.toContain('c2lnbmF0dXJl');
    expect(clean).toContain('[redacted]');
  });

  it.each([
    [{ name: 'Cookie', value: 'sid=1' }, 'value'],
    [{ key: 'x-api-key', value: 'abc' }, 'value'],
    [{ selector: 'input#password', text: 'hunter2' }, 'text'],
  ])('what an object names a secret is left out: %j', (data, field) => {
    expect(redactData({ list: [data] }, PLENTY)).toEqual({ list: [{ ...data, [field]: '[redacted]' }] });
    expect(redactData({ name: 'q', value: 'hats' }, PLENTY)).toEqual({ name: 'q', value: 'hats' });
  });

  it('a text of secrets alone, longer than what is kept, shows half of none', () => {
    const text = Array.from({ length: 500 }, () => TOKEN).join(' ');

    const { clean } = redactData({ clean: text }, 1_000);

    expect(String(clean).replaceAll('[redacted]', '').trim()).not.toContain('rt_');
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
    texts.push(`${'eyJ'.repeat(6_000)}.`, `${'eyJaaaaaa'.repeat(2_000)}.a`, 'rt_'.repeat(6_000));

    for (const text of texts) redactText(text.repeat(40));
  });
});

/** Keys that name a secret, in any case, with anything around them. */
const secretKey = fc
  .tuple(
    fc.string({ maxLength: 4 }),
    fc.constantFrom(
      'token',
      'secret',
      'cookie',
      'authorization',
      'password',
      'passwd',
      'api_key',
      'apikey',
      'credential',
    ),
    fc.mixedCase(fc.constant('x')),
  )
  .chain(([before, name, after]) => fc.mixedCase(fc.constant(name)).map((cased) => `${before}${cased}${after}`));

/** A text that looks like a secret, and the part of it that must not be seen. */
const shapedSecret = fc
  .tuple(fc.constantFrom('cs_', 'rt_', 'jwt'), fc.base64String({ minLength: 44, maxLength: 80 }))
  .map(([shape, random]) => {
    const canary = `CANARY${random.replace(/[^A-Za-z0-9]/g, 'x')}`.slice(0, 43).padEnd(43, 'z');
    return { canary, text: shape === 'jwt' ? `eyJhbGciOiJIUzI1NiJ9.${canary}.${canary}` : `${shape}${canary}` };
  });

/** Any JSON in whose depth some value takes the place of a leaf. */
function planted(leaf: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const key = fc.string({ maxLength: 10 }).map((text) => text.replaceAll('__proto__', 'x'));
  const around = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'medium' }, leaf, tie('list'), tie('object')),
    list: fc
      .tuple(fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }), tie('value'))
      .map(([list, value]) => [...list, value]),
    object: fc
      .tuple(fc.dictionary(key, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }), key, tie('value'))
      .map(([object, name, value]) => ({ ...object, [`${name} `]: value })),
  }));
  return around.object.map((object) => ({ ...Object(object) }));
}

describe('whatever the data', () => {
  it('a string under a key that names a secret is nowhere in the copy', () => {
    const canary = 'CANARY-of-a-key';
    const leaf = fc.tuple(secretKey, fc.constantFrom<unknown>(canary, [canary], { a: { b: [1, canary] } }));

    fc.assert(
      fc.property(
        planted(leaf.map(([key, value]) => ({ [key]: value }))),
        fc.integer({ min: 100, max: 5_000 }),
        (data, bytesMax) => {
          expect(JSON.stringify(redactData(data, bytesMax))).not.toContain(canary);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a value that looks like a secret is nowhere in the copy, whatever stands around it and wherever it is cut', () => {
    const leaf = fc
      .tuple(shapedSecret, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }))
      .map(([{ canary, text }, before, after]) => ({ canary, value: `${before}${text}${after}` }));

    fc.assert(
      fc.property(leaf, fc.integer({ min: 60, max: 5_000 }), ({ canary, value }, bytesMax) => {
        const copy = JSON.stringify(redactData({ a: [value], [value]: 1, b: { c: value } }, bytesMax));

        expect(copy).not.toContain(canary.slice(0, 12));
        expect(redactText(value)).not.toContain(canary.slice(0, 12));
      }),
      { numRuns: 500 },
    );
  });

  it('the copy keeps within its bytes and is JSON again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 60, max: 2_000 }), (data, bytesMax) => {
        const text = JSON.stringify(redactData(data, bytesMax));

        expect(encodeUtf8(text).length).toBeLessThanOrEqual(bytesMax);
        expect(JSON.parse(text)).toBeTypeOf('object');
      }),
    );
  });
});
