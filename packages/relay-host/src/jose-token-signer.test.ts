import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { JoseTokenSigner, type SignerOptions } from './jose-token-signer.js';

const SECRET = 'a secret of more than thirty-two characters';
const OTHER_SECRET = 'another secret of more than thirty-two characters';

const clock = new ManualClock();

function signer(options: Partial<SignerOptions> = {}): Promise<JoseTokenSigner> {
  return JoseTokenSigner.create({ secret: SECRET, issuer: 'otto-relay', audience: 'otto-clients', clock, ...options });
}

/** A token made by hand, with what the case wants to be different. */
function token(claims: object = {}, options: { alg?: string; secret?: string } = {}): Promise<string> {
  const now = Math.floor(clock.now() / 1_000);
  const payload = { iss: 'otto-relay', aud: 'otto-clients', iat: now, exp: now + 60, role: 'controller', ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: options.alg ?? 'HS256' })
    .sign(new TextEncoder().encode(options.secret ?? SECRET));
}

describe('JoseTokenSigner', () => {
  it('gives back what it signed, with the time at which it ends', async () => {
    const subject = await signer();
    const claims = {
      role: 'controller',
      controllerId: 'ctl_1',
      clientId: 'clt_1',
      scopes: ['a.*'],
      sid: 'fam_1',
    } as const;

    const verified = await subject.verify(await subject.sign(claims, 900_000));

    expect(verified).toEqual({ ...claims, expiresAt: clock.now() + 900_000 });
  });

  it('signs with HS256 and names issuer, audience and times', async () => {
    const subject = await signer();

    const signed = await subject.sign({ role: 'node', nodeId: 'n1', scopes: [] }, 60_000);

    const now = Math.floor(clock.now() / 1_000);
    expect(decodeProtectedHeader(signed).alg).toBe('HS256');
    expect(decodeJwt(signed)).toEqual({
      iss: 'otto-relay',
      aud: 'otto-clients',
      iat: now,
      exp: now + 60,
      role: 'node',
      nodeId: 'n1',
      scopes: [],
    });
  });

  it('accepts a token made elsewhere with the same secret, without scopes and family', async () => {
    const subject = await signer();

    expect(await subject.verify(await token({ controllerId: 'ctl_1' }))).toMatchObject({
      role: 'controller',
      scopes: [],
    });
  });

  it.each([
    ['another algorithm', () => token({}, { alg: 'HS512' })],
    ['no signature', () => Promise.resolve(new UnsecuredJWT({ role: 'controller' }).setExpirationTime('1h').encode())],
    ['another secret', () => token({}, { secret: OTHER_SECRET })],
    ['another issuer', () => token({ iss: 'someone' })],
    ['another audience', () => token({ aud: 'others' })],
    ['no end', () => token({ exp: undefined })],
    ['an end that is past', () => token({ exp: Math.floor(clock.now() / 1_000) - 1 })],
    ['an unknown role', () => token({ role: 'operator' })],
    ['scopes that are no list', () => token({ scopes: '*' })],
    ['no JWT at all', () => Promise.resolve('nonsense')],
    ['nothing', () => Promise.resolve('')],
  ])('refuses a token with %s', async (_what, make) => {
    const subject = await signer();

    await expect(subject.verify(await make())).rejects.toMatchObject({ code: 'invalid_access_token' });
  });

  it('refuses its own token after its time', async () => {
    const later = new ManualClock();
    const subject = await signer({ clock: later });
    const signed = await subject.sign({ role: 'controller', scopes: [] }, 60_000);

    later.advance(60_001);

    await expect(subject.verify(signed)).rejects.toMatchObject({ code: 'invalid_access_token' });
  });

  it('verifies with the previous secret, but does not sign with it', async () => {
    const before = await signer({ secret: OTHER_SECRET });
    const after = await signer({ previousSecret: OTHER_SECRET });

    const old = await before.sign({ role: 'controller', scopes: ['x'] }, 60_000);
    const fresh = await after.sign({ role: 'controller', scopes: ['x'] }, 60_000);

    expect(await after.verify(old)).toMatchObject({ scopes: ['x'] });
    await expect(before.verify(fresh)).rejects.toMatchObject({ code: 'invalid_access_token' });
  });
});
