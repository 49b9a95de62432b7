import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NodeSecrets } from './secrets.js';

/** A record as older installations stored it. */
function legacySeal(secret: string) {
  const salt = '00112233445566778899aabbccddeeff';
  return { algorithm: 'scrypt', salt, hash: scryptSync(secret, salt, 32).toString('base64') } as const;
}

describe('NodeSecrets', () => {
  it('makes refresh tokens and client secrets of 256 bits', () => {
    const secrets = new NodeSecrets('a key');

    expect(secrets.newRefreshToken()).toMatch(/^rt_[A-Za-z0-9_-]{43}$/);
    expect(secrets.newClientSecret()).toMatch(/^cs_[A-Za-z0-9_-]{43}$/);
    expect(secrets.newClientSecret()).not.toBe(secrets.newClientSecret());
  });

  it('derives the successor of a refresh token from its key, the token and the idempotency key, and from all of them', () => {
    const secrets = new NodeSecrets('a key');
    const successor = secrets.successorOf('rt_a', 'k');

    expect(successor).toMatch(/^rt_[A-Za-z0-9_-]{43}$/);
    expect(new NodeSecrets('a key').successorOf('rt_a', 'k')).toBe(successor);
    const others = [
      secrets.successorOf('rt_b', 'k'),
      secrets.successorOf('rt_a', 'l'),
      secrets.successorOf('rt_ak', ''),
      new NodeSecrets('another key').successorOf('rt_a', 'k'),
    ];
    expect(new Set([successor, ...others]).size).toBe(5);
  });

  it('makes pairing codes of six digits with a dash', () => {
    const secrets = new NodeSecrets('a key');

    const codes = Array.from({ length: 200 }, () => secrets.newPairingCode());

    for (const code of codes) expect(code).toMatch(/^\d{3}-\d{3}$/);
    expect(new Set(codes).size).toBeGreaterThan(190);
  });

  it('digests with SHA-256 in hex', () => {
    expect(new NodeSecrets('a key').digest('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('opens a seal with the secret that it was made of, and with no other', async () => {
    const secrets = new NodeSecrets('a key');
    const sealed = secrets.seal('cs_right');

    expect(await secrets.opens('cs_right', sealed)).toBe(true);
    expect(await secrets.opens('cs_wrong', sealed)).toBe(false);
    expect(await secrets.opens('', sealed)).toBe(false);
  });

  it('seals the same secret differently each time', () => {
    const secrets = new NodeSecrets('a key');

    expect(secrets.seal('cs_same').hash).not.toBe(secrets.seal('cs_same').hash);
  });

  it('opens the seals of older installations', async () => {
    const secrets = new NodeSecrets('a key');

    expect(await secrets.opens('cs_old', legacySeal('cs_old'))).toBe(true);
    expect(await secrets.opens('cs_new', legacySeal('cs_old'))).toBe(false);
  });

  it('verifies old seals one at a time, and refuses further ones when too many wait', async () => {
    const running: (() => void)[] = [];
    const secrets = new NodeSecrets(
      'a key',
      () => new Promise((resolve) => running.push(() => resolve(Buffer.alloc(32)))),
    );
    const answers = Array.from({ length: 16 }, () => secrets.opens('cs_any', legacySeal('cs_old')));

    await expect(secrets.opens('cs_any', legacySeal('cs_old'))).rejects.toMatchObject({ code: 'too_many_attempts' });

    for (const [index, answer] of answers.entries()) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(running).toHaveLength(index + 1);
      running.at(-1)?.();
      expect(await answer).toBe(false);
    }
  });

  it('goes on with the next old seal after one that failed', async () => {
    let calls = 0;
    const secrets = new NodeSecrets('a key', () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('no memory')) : Promise.resolve(Buffer.alloc(32));
    });

    const answers = await Promise.allSettled([1, 2].map(() => secrets.opens('cs_any', legacySeal('cs_old'))));

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('does not open a damaged seal', async () => {
    expect(await new NodeSecrets('a key').opens('cs_any', { algorithm: 'sha256', salt: '', hash: 'zz' })).toBe(false);
  });
});
