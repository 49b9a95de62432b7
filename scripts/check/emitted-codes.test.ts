import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ERRORS } from '../../packages/shared-protocol/src/errors.ts';
import { readCheckout } from './checkout.mjs';
import { emittedTexts } from './emitted-codes.mjs';

it('every code of the catalogue can be emitted by something', () => {
  const emitted = emittedTexts(readCheckout(fileURLToPath(new URL('../..', import.meta.url))));

  expect(Object.keys(ERRORS).filter((code) => !emitted.has(code))).toEqual([]);
});

it('a code that is only compared with counts as emitted by nobody', () => {
  const files = new Map([
    ['packages/a/src/a.ts', "throw new OttoError('thrown'); if (code === 'compared') retry(); type T = 'typed';"],
    ['packages/a/src/a.test.ts', "expect(code).toBe('tested');"],
    ['packages/shared-protocol/src/errors.ts', "const ERRORS = { a: row('listed') };"],
  ]);

  expect([...emittedTexts({ files })]).toEqual(['thrown']);
});
