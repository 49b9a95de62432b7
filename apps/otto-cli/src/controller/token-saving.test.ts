import { OttoError } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { TokenSaving } from './token-saving.js';

const PAIR = { accessToken: 'a', refreshToken: 'r' };

describe('new tokens that cannot be kept', () => {
  it.each([
    ['with a secret', () => Promise.resolve('cs_secret'), 'The next command logs in anew.'],
    ['without one', undefined, 'Then run otto client login.'],
  ])('are told once and fail nothing, %s', async (_, clientSecret, next) => {
    const notes: string[] = [];
    const refusal = { message: 'config.json cannot be written.', actionableHint: 'Make room.' };
    const config = { update: () => Promise.reject(new OttoError('invalid_configuration', refusal)) };
    const saving = new TokenSaving({ config, output: { note: (text) => notes.push(text) } }, { clientSecret });

    saving.take(PAIR);
    saving.take(PAIR);
    await saving.done();

    expect(notes).toEqual([`otto: the new login is not kept: config.json cannot be written. Make room. ${next}`]);
  });

  it('do not keep later ones from it', async () => {
    const kept: object[] = [];
    let isFull = true;
    const config = {
      update: (changes: object) => (isFull ? Promise.reject(new Error('full')) : Promise.resolve(kept.push(changes))),
    };
    const saving = new TokenSaving({ config, output: { note: () => undefined } }, { clientSecret: undefined });

    saving.take(PAIR);
    await saving.done();
    isFull = false;
    saving.take({ accessToken: 'b', refreshToken: 's' });
    await saving.done();

    expect(kept).toEqual([{ accessToken: 'b', refreshToken: 's' }]);
  });
});
