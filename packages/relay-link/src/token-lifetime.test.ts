import { expect, it } from 'vitest';
import { unsignedToken } from './testing/index.js';
import { msUntilRenewal } from './token-lifetime.js';

const NOW = 1_769_860_800_000;
const ISSUED = NOW / 1_000;

it('a new token is renewed when half of its life is over, whatever our clock says', () => {
  const token = jwt({ iat: 5_000_000, exp: 5_000_900 });

  expect(msUntilRenewal(token, { isNew: true, now: NOW })).toBe(450_000);
});

it('one that was kept is renewed by the time that it has left', () => {
  const token = jwt({ iat: ISSUED - 300, exp: ISSUED + 600 });

  expect(msUntilRenewal(token, { isNew: false, now: NOW })).toBe(150_000);
  expect(msUntilRenewal(token, { isNew: false, now: NOW + 200_000 })).toBeLessThan(0);
});

it('a clock that is far behind does not make a token live longer than it does', () => {
  const token = jwt({ iat: ISSUED, exp: ISSUED + 900 });

  expect(msUntilRenewal(token, { isNew: false, now: NOW - 86_400_000 })).toBe(450_000);
});

it.each([
  ['an opaque word', 'token'],
  ['no JSON', 'a.b.c'],
  ['no object', 'a.Nw.c'],
  ['no end', jwt({ iat: ISSUED })],
  ['an end before its beginning', jwt({ iat: ISSUED, exp: ISSUED })],
  ['times that are no numbers', jwt({ iat: String(ISSUED), exp: String(ISSUED + 900) })],
])('of a token that is %s nothing is planned', (_name, token) => {
  expect(msUntilRenewal(token, { isNew: true, now: NOW })).toBeUndefined();
});

/** A token with every kind of character in it. */
function jwt(claims: object): string {
  return unsignedToken({ ...claims, name: 'ä?>~ÿ€' });
}
