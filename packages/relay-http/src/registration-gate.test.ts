import { describe, expect, it } from 'vitest';
import { RegistrationGate } from './registration-gate.js';

const SECRET = 'a secret of the owner';
const here = { address: '127.0.0.1', isLoopback: true };
const elsewhere = { address: '10.0.0.7', isLoopback: false };
const behindProxy = { address: '127.0.0.1', isLoopback: false };

function codeOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'let in';
}

describe('RegistrationGate', () => {
  it.each([
    ['this machine without a secret', {}, here, undefined, 'let in'],
    ['this machine with a needless secret', {}, here, 'anything', 'let in'],
    ['this machine without the secret that is set', { secret: SECRET }, here, undefined, 'registration_forbidden'],
    ['this machine with the secret', { secret: SECRET }, here, SECRET, 'let in'],
    ['a remote one', {}, elsewhere, undefined, 'registration_forbidden'],
    ['a remote one with the secret', { secret: SECRET }, elsewhere, SECRET, 'registration_forbidden'],
    ['a forwarded one', {}, behindProxy, undefined, 'registration_forbidden'],
    [
      'a remote one where it is allowed without a secret',
      { allowRemote: true },
      elsewhere,
      '',
      'registration_forbidden',
    ],
    ['a remote one where it is allowed', { allowRemote: true, secret: SECRET }, elsewhere, SECRET, 'let in'],
    ['a forwarded one where it is allowed', { allowRemote: true, secret: SECRET }, behindProxy, SECRET, 'let in'],
    ['a wrong secret', { allowRemote: true, secret: SECRET }, elsewhere, `${SECRET}!`, 'registration_forbidden'],
    ['an empty secret', { allowRemote: true, secret: SECRET }, elsewhere, '', 'registration_forbidden'],
  ])('%s', (_name, policy, origin, presented, expected) => {
    const gate = new RegistrationGate({ allowRemote: false, ...policy });

    expect(codeOf(() => gate.check(origin, presented))).toBe(expected);
  });

  it('after ten wrong secrets an address waits, also with the right one', () => {
    let now = 0;
    const gate = new RegistrationGate({ allowRemote: true, secret: SECRET }, () => now);
    for (let guess = 0; guess < 10; guess += 1) {
      expect(codeOf(() => gate.check(elsewhere, `guess ${guess}`))).toBe('registration_forbidden');
    }

    expect(codeOf(() => gate.check(elsewhere, SECRET))).toBe('too_many_attempts');
    expect(codeOf(() => gate.check(here, SECRET))).toBe('let in');

    now = 60_000;
    expect(codeOf(() => gate.check(elsewhere, SECRET))).toBe('let in');
  });

  it('a request that presents nothing is no guess', () => {
    const gate = new RegistrationGate({ allowRemote: true, secret: SECRET });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(codeOf(() => gate.check(elsewhere, undefined))).toBe('registration_forbidden');
    }

    expect(codeOf(() => gate.check(elsewhere, SECRET))).toBe('let in');
  });
});
