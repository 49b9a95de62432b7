import { OttoError } from '@telepat/otto-protocol';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { REFRESH_TRIES_MS, RENEWAL_WAIT_MS } from '@telepat/otto-relay-link';
import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { ClientTokens, type Credentials, type TokenPair } from '../src/client-tokens.js';
import { OttoHttpApi, type FetchInit } from '../src/index.js';

it('a given token is used until it is refused', async () => {
  const { tokens, requests } = tokensOf({ accessToken: 'a0', refreshToken: 'r0' });

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a0');
  expect(requests).toEqual([]);
  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
  expect(requests).toMatchObject([{ path: '/api/auth/refresh', body: { refreshToken: 'r0' } }]);
});

it('each new pair is told, and the next refresh uses the new token', async () => {
  const pairs: TokenPair[] = [];
  const { tokens, requests } = tokensOf({
    accessToken: 'a0',
    refreshToken: 'r0',
    onTokens: (pair) => pairs.push(pair),
  });

  await tokens.accessToken({ renew: true });
  await tokens.accessToken({ renew: true });

  expect(pairs).toEqual([
    { accessToken: 'a1', refreshToken: 'r1' },
    { accessToken: 'a2', refreshToken: 'r2' },
  ]);
  expect(requests.map(({ body }) => body)).toEqual([{ refreshToken: 'r0' }, { refreshToken: 'r1' }]);
});

it('a listener that fails fails as loudly as the program it belongs to, and costs nobody the new token', async () => {
  const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
  const { tokens } = tokensOf({
    refreshToken: 'r0',
    onTokens: () => {
      throw new Error('the disk is full');
    },
  });

  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');
  expect(await unhandled).toMatchObject({ message: 'the disk is full' });
});

it('a repeat after a lost answer carries the same key, the next refresh another one', async () => {
  const { tokens, requests, failNext } = tokensOf({ refreshToken: 'r0' });
  failNext(new TypeError('socket hang up'));

  await expect(tokens.accessToken({ renew: true })).rejects.toMatchObject({ code: 'relay_unreachable' });
  await tokens.accessToken({ renew: true });
  await tokens.accessToken({ renew: true });

  const [lost, repeated, next] = requests.map(({ key }) => key);
  expect(repeated).toBe(lost);
  expect(next).not.toBe(lost);
});

it('several callers at once share one refresh', async () => {
  const { tokens, requests } = tokensOf({ refreshToken: 'r0' });

  const got = await Promise.all([1, 2, 3].map(() => tokens.accessToken({ renew: true })));

  expect(got).toEqual(['a1', 'a1', 'a1']);
  expect(requests).toHaveLength(1);
});

it('a secret logs in when there is no token, and again when the refresh token is spent', async () => {
  const { tokens, requests, failNext } = tokensOf({ clientId: 'c', clientSecret: 'cs' });

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
  failNext({ code: 'invalid_refresh_token', message: 'spent' });
  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a2');

  expect(requests.map(({ path }) => path)).toEqual([
    '/api/controller/token',
    '/api/auth/refresh',
    '/api/controller/token',
  ]);
});

it('a secret that has to be fetched is fetched when a login needs it, and not before', async () => {
  let fetched = 0;
  const clientSecret = () => {
    fetched += 1;
    return Promise.resolve('cs');
  };
  const { tokens, requests, failNext } = tokensOf({
    clientId: 'c',
    clientSecret,
    accessToken: 'a0',
    refreshToken: 'r0',
  });

  await tokens.accessToken({ renew: false });
  await tokens.accessToken({ renew: true });
  expect(fetched).toBe(0);
  failNext({ code: 'invalid_refresh_token', message: 'spent' });
  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a2');

  expect(fetched).toBe(1);
  expect(requests.at(-1)).toMatchObject({ path: '/api/controller/token', body: { clientId: 'c', clientSecret: 'cs' } });
});

it('a secret that cannot be fetched is the end, with its own reason', async () => {
  const clientSecret = () => Promise.reject(new OttoError('not_logged_in', { message: 'The keychain is locked.' }));
  const { tokens } = tokensOf({ clientId: 'c', clientSecret });

  await expect(tokens.accessToken({ renew: false })).rejects.toMatchObject({ message: 'The keychain is locked.' });
});

it('without a secret a spent refresh token is the end', async () => {
  const { tokens, failNext } = tokensOf({ accessToken: 'a0', refreshToken: 'r0' });
  failNext({ code: 'invalid_refresh_token', message: 'spent' });

  await expect(tokens.accessToken({ renew: true })).rejects.toMatchObject({ code: 'invalid_refresh_token' });
});

it.each<[Credentials, string]>([
  [{}, 'missing_access_token'],
  [{ clientId: 'c' }, 'missing_access_token'],
  [{ accessToken: 'a0' }, 'invalid_access_token'],
])('with %j nothing can be renewed', async (credentials, code) => {
  const { tokens } = tokensOf(credentials);

  const renewing = tokens.accessToken({ renew: true });

  await expect(renewing).rejects.toBeInstanceOf(OttoError);
  await expect(renewing).rejects.toMatchObject({ code });
});

it('a token is renewed when half of its life is over, and not sooner', async () => {
  const now = new ManualClock().now() / 1_000;
  const { tokens, requests, clock } = tokensOf({ accessToken: jwt(now, now + 900), refreshToken: 'r0' });

  clock.advance(450_000 - 1);
  await tokens.accessToken({ renew: false });
  expect(requests).toEqual([]);
  clock.advance(1);

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
});

it('a new token is renewed by how long it lives, so that a wrong clock costs nothing', async () => {
  const { tokens, requests, clock, give } = tokensOf({ clientId: 'c', clientSecret: 'cs' });
  give(jwt(5_000_000, 5_000_900));
  await tokens.accessToken({ renew: false });

  clock.advance(450_000 - 1);
  await tokens.accessToken({ renew: false });
  expect(requests).toHaveLength(1);
  clock.advance(1);
  await tokens.accessToken({ renew: false });

  expect(requests).toHaveLength(2);
});

it('a token that could not be renewed in time is used as long as the relay takes it', async () => {
  const { tokens, failNext } = tokensOf({ accessToken: jwt(0, 900), refreshToken: 'r0' });
  failNext(new TypeError('fetch failed'));

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(jwt(0, 900));
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
});

it('a renewal that takes its time keeps nobody waiting: the old token does meanwhile', async () => {
  const { tokens, requests, clock, hold } = tokensOf({ accessToken: jwt(0, 900), refreshToken: 'r0' });
  const answer = hold();
  const got = tokens.accessToken({ renew: false });
  await settled();
  clock.advance(RENEWAL_WAIT_MS);

  await expect(got).resolves.toBe(jwt(0, 900));
  answer();
  await settled();

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
  expect(requests).toHaveLength(1);
});

it('a token that nothing can renew is used to its end', async () => {
  const { tokens, requests } = tokensOf({ accessToken: jwt(0, 900) });

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(jwt(0, 900));
  expect(requests).toEqual([]);
});

it('a refresh token whose answer stays away is presented for a while, and then the secret logs in', async () => {
  const { tokens, requests, clock, failNext } = tokensOf({ refreshToken: 'r0', clientId: 'c', clientSecret: 'cs' });
  failNext(new TypeError('socket hang up'));
  await expect(tokens.accessToken({ renew: true })).rejects.toMatchObject({ code: 'relay_unreachable' });
  clock.advance(REFRESH_TRIES_MS - 1);
  failNext(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }));
  await expect(tokens.accessToken({ renew: true })).rejects.toMatchObject({ code: 'relay_unreachable' });

  clock.advance(1);
  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');

  expect(requests.map(({ path }) => path)).toEqual(['/api/auth/refresh', '/api/auth/refresh', '/api/controller/token']);
});

it('without a secret such a token is left alone while a session may stand, and tried again after a refusal', async () => {
  const { tokens, requests, clock, failNext } = tokensOf({ accessToken: jwt(0, 900), refreshToken: 'r0' });
  failNext(new TypeError('socket hang up'));
  await tokens.accessToken({ renew: false });
  clock.advance(REFRESH_TRIES_MS);

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(jwt(0, 900));
  expect(requests).toHaveLength(1);
  expect(tokens.renewInMs()).toBeUndefined();

  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');
  expect(requests).toHaveLength(2);
});

it.each([
  [
    'that was never reached',
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
  ],
  ['that refused for now', { code: 'rate_limited', message: 'wait' }],
])('a relay %s has not exchanged the token: it stays good for as long as that takes', async (_name, failure) => {
  const { tokens, requests, clock, failNext } = tokensOf({ refreshToken: 'r0', clientId: 'c', clientSecret: 'cs' });
  failNext(failure);
  await expect(tokens.accessToken({ renew: true })).rejects.toMatchObject({ retryable: true });
  clock.advance(REFRESH_TRIES_MS);

  await tokens.accessToken({ renew: true });

  expect(requests.map(({ path }) => path)).toEqual(['/api/auth/refresh', '/api/auth/refresh']);
});

/** A token as the relay issues it; nobody here looks at its signature. */
function jwt(iat: number, exp: number): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ iat, exp, name: 'ä?>' })}.signature`;
}

/** Tokens over a relay that gives a1, a2, … */
function tokensOf(credentials: Credentials) {
  const requests: { path: string; body: unknown; key: string | undefined }[] = [];
  const clock = new ManualClock();
  const given: string[] = [];
  let pairs = 0;
  let keys = 0;
  let next: Error | { code: string; message: string } | undefined;
  let held = Promise.resolve();
  const fetch = async (url: string, { body, headers }: FetchInit) => {
    requests.push({
      path: url.replace('http://relay', ''),
      body: JSON.parse(body ?? 'null') as unknown,
      key: headers['idempotency-key'],
    });
    const failure = next;
    next = undefined;
    await held;
    if (failure instanceof Error) throw failure;
    if (failure !== undefined) return { status: 401, text: () => Promise.resolve(JSON.stringify(failure)) };
    pairs += 1;
    const reply = {
      accessToken: given.shift() ?? `a${pairs}`,
      refreshToken: `r${pairs}`,
      clientId: 'c',
      controllerId: 'ctl',
      scopes: [],
    };
    return { status: 200, text: () => Promise.resolve(JSON.stringify(reply)) };
  };
  const http = new OttoHttpApi({ baseUrl: 'http://relay', fetch });
  const tokens = new ClientTokens(credentials, { http, clock, newKey: () => `key-${(keys += 1)}` });
  const give = (accessToken: string) => given.push(accessToken);
  /** No answer comes until what this gives is called. */
  const hold = () => {
    let answer: () => void = () => {};
    held = new Promise((resolve) => (answer = resolve));
    return () => answer();
  };
  const failNext = (failure: NonNullable<typeof next>) => (next = failure);
  return { tokens, requests, clock, give, hold, failNext };
}
