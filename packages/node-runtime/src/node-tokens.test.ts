import { OttoError } from '@telepat/otto-protocol';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { unsignedToken } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import type { NodeLogEntry } from './node-log.js';
import { NodeTokens } from './node-tokens.js';
import { FailingKeyValue } from './testing/index.js';

it('a node that was never paired has no token', async () => {
  const { tokens } = world();

  await expect(tokens.isPaired()).resolves.toBe(false);
  await expect(tokens.accessToken({ renew: false })).rejects.toMatchObject({
    code: 'missing_access_token',
    retryable: false,
  });
});

it('tokens outlive a restart, and can be forgotten', async () => {
  const { tokens, restart } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });

  const after = restart();
  await expect(after.accessToken({ renew: false })).resolves.toBe('a0');
  await after.forget();

  await expect(restart().isPaired()).resolves.toBe(false);
});

it('a refused token is refreshed, and the new pair is durable before it is used', async () => {
  const { tokens, requests, restart } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });

  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');

  await expect(restart().accessToken({ renew: false })).resolves.toBe('a1');
  expect(requests).toMatchObject([{ refreshToken: 'r0' }]);
});

it('a repeat after a lost answer carries the same key, even after a crash', async () => {
  const { tokens, requests, restart, loseNext } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });
  loseNext();

  await expect(tokens.accessToken({ renew: true })).rejects.toMatchObject({ code: 'relay_unreachable' });
  const after = restart();
  await after.accessToken({ renew: true });
  await after.accessToken({ renew: true });

  const [lost, repeated, next] = requests.map(({ key }) => key);
  expect(repeated).toBe(lost);
  expect(next).not.toBe(lost);
});

it('a token is refreshed when half of its life is over, and not sooner', async () => {
  const { tokens, requests, clock } = world();
  await tokens.keep({ accessToken: livingFor(900, clock), refreshToken: 'r0' });
  expect(tokens.renewInMs()).toBe(450_000);

  clock.advance(450_000 - 1);
  await tokens.accessToken({ renew: false });
  expect(requests).toEqual([]);
  clock.advance(1);

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
  expect(requests).toMatchObject([{ refreshToken: 'r0' }]);
});

it('a token that was kept over a restart is refreshed by the time that it has left', async () => {
  const { tokens, requests, clock, restart } = world();
  await tokens.keep({ accessToken: livingFor(900, clock), refreshToken: 'r0' });
  clock.advance(450_000);

  await expect(restart().accessToken({ renew: false })).resolves.toBe('a1');

  expect(requests).toHaveLength(1);
});

it('a token that could not be refreshed in time is used as long as the relay takes it, and tried again', async () => {
  const { tokens, clock, loseNext } = world();
  const old = livingFor(60, clock);
  await tokens.keep({ accessToken: old, refreshToken: 'r0' });
  clock.advance(55_000);
  loseNext();

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  expect(tokens.renewInMs()).toBeLessThanOrEqual(0);
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
});

it('a refresh that was refused is not asked for again while the token does', async () => {
  const { tokens, requests, clock, refuseNext } = world();
  const old = livingFor(60, clock);
  await tokens.keep({ accessToken: old, refreshToken: 'r0' });
  clock.advance(55_000);
  refuseNext();

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);

  expect(requests).toHaveLength(1);
  expect(tokens.renewInMs()).toBeUndefined();
});

it('what another process renewed is used, also by one whose own refresh came too late', async () => {
  const { tokens, requests, restart, refuseNext } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });
  const other = restart();
  refuseNext(() => other.keep({ accessToken: 'a_of_other', refreshToken: 'r_of_other' }));

  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a_of_other');
  await tokens.accessToken({ renew: true });

  expect(requests.map(({ refreshToken }) => refreshToken)).toEqual(['r0', 'r_of_other']);
});

it('two that ask at once share one refresh', async () => {
  const { tokens, requests } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });

  await Promise.all([tokens.accessToken({ renew: true }), tokens.accessToken({ renew: true })]);

  expect(requests).toHaveLength(1);
});

it('a renewal that fails is told, once each way in which it does', async () => {
  const { tokens, clock, log, loseNext, refuseNext } = world();
  const old = livingFor(60, clock);
  await tokens.keep({ accessToken: old, refreshToken: 'r0' });
  clock.advance(55_000);

  for (const fails of [loseNext, loseNext, refuseNext]) {
    fails();
    await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  }

  expect(log).toEqual([
    { level: 'warn', type: 'token_renewal_failed', code: 'relay_unreachable' },
    { level: 'error', type: 'token_renewal_failed', code: 'invalid_refresh_token' },
  ]);
});

it('a store that cannot be read costs nothing once the tokens are known', async () => {
  const { tokens, store, log } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });
  store.failure = new Error('EMFILE');

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a0');
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a0');

  expect(log).toEqual([{ level: 'error', type: 'token_store_failed', error: store.failure }]);
});

it('a store that cannot be read at the start is told as what it is', async () => {
  const { tokens, store } = world();
  store.failure = new Error('EMFILE');

  await expect(tokens.accessToken({ renew: false })).rejects.toThrow('EMFILE');
});

it('a new pair that the store does not take is used, and offered again until it does', async () => {
  const { tokens, store, requests, restart } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });
  store.failure = new Error('ENOSPC');

  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');
  expect(tokens.renewInMs()).toBe(0);
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a2');
  store.failure = undefined;
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a2');

  expect(requests.map(({ refreshToken }) => refreshToken)).toEqual(['r0', 'r1']);
  await expect(restart().accessToken({ renew: false })).resolves.toBe('a2');
  expect(tokens.renewInMs()).toBeUndefined();
});

it('a pair that the store did not take gives way to what another process has left there since', async () => {
  const { tokens, store, restart } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });
  store.failure = new Error('ENOSPC');
  await tokens.accessToken({ renew: true });
  store.failure = undefined;
  await restart().keep({ accessToken: 'a_of_other', refreshToken: 'r_of_other' });

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_of_other');
});

it.each(['', 'not json', '[]', '{"accessToken":"a"}', '{"accessToken":1,"refreshToken":2,"refreshKey":3}'])(
  'a damaged record %j counts as not paired',
  async (text) => {
    const { tokens, store } = world();
    await store.set('node-tokens', text);

    await expect(tokens.isPaired()).resolves.toBe(false);
  },
);

/** Tokens over a relay that gives a1, a2, … */
function world() {
  const clock = new ManualClock();
  const store = new FailingKeyValue();
  const log: NodeLogEntry[] = [];
  const requests: { refreshToken: string; key: string }[] = [];
  let fail: (() => Promise<OttoError>) | undefined;
  let pairs = 0;
  let keys = 0;
  const refresh = async (
    { refreshToken }: { refreshToken: string },
    { idempotencyKey }: { idempotencyKey: string },
  ) => {
    requests.push({ refreshToken, key: idempotencyKey });
    const failing = fail;
    fail = undefined;
    if (failing !== undefined) throw await failing();
    pairs += 1;
    return { accessToken: `a${pairs}`, refreshToken: `r${pairs}` };
  };
  const restart = () => {
    const newKey = () => `key-${(keys += 1)}`;
    const http = { auth: { refresh, revoke: unwanted }, pairing: NO_PAIRING };
    return new NodeTokens({ nodeId: 'n1', store, http, newKey, clock, log: (entry) => log.push(entry) });
  };
  const failNext = (code: 'relay_unreachable' | 'invalid_refresh_token', meanwhile = () => Promise.resolve()) => {
    fail = async () => {
      await meanwhile();
      return new OttoError(code);
    };
  };
  return {
    tokens: restart(),
    clock,
    store,
    log,
    requests,
    restart,
    loseNext: () => failNext('relay_unreachable'),
    refuseNext: (meanwhile?: () => Promise<void>) => failNext('invalid_refresh_token', meanwhile),
  };
}

const unwanted = () => Promise.reject(new Error('No pairing is called for here.'));
const NO_PAIRING = { request: unwanted, approve: unwanted, status: unwanted };

function livingFor(seconds: number, clock: ManualClock): string {
  const iat = clock.now() / 1_000;
  return unsignedToken({ iat, exp: iat + seconds });
}
