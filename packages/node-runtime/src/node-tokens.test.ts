import { OttoError } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { NodeTokens } from './node-tokens.js';
import { MemoryKeyValue } from './testing/index.js';

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

it('two that ask at once share one refresh', async () => {
  const { tokens, requests } = world();
  await tokens.keep({ accessToken: 'a0', refreshToken: 'r0' });

  await Promise.all([tokens.accessToken({ renew: true }), tokens.accessToken({ renew: true })]);

  expect(requests).toHaveLength(1);
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
  const store = new MemoryKeyValue();
  const requests: { refreshToken: string; key: string }[] = [];
  let isLost = false;
  let pairs = 0;
  let keys = 0;
  const refresh = ({ refreshToken }: { refreshToken: string }, { idempotencyKey }: { idempotencyKey: string }) => {
    requests.push({ refreshToken, key: idempotencyKey });
    if (isLost) {
      isLost = false;
      return Promise.reject(new OttoError('relay_unreachable'));
    }
    pairs += 1;
    return Promise.resolve({ accessToken: `a${pairs}`, refreshToken: `r${pairs}` });
  };
  const restart = () => new NodeTokens({ store, http: { auth: { refresh } }, newKey: () => `key-${(keys += 1)}` });
  return { tokens: restart(), store, requests, restart, loseNext: () => (isLost = true) };
}
