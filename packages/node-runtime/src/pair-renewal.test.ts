import { OttoError } from '@telepat/otto-protocol';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { REFRESH_TRIES_MS, RENEWAL_WAIT_MS } from '@telepat/otto-relay-link';
import { settled, unsignedToken } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import type { NodeLogEntry } from './node-log.js';
import { NodeTokens } from './node-tokens.js';
import { MemoryKeyValue } from './testing/index.js';

const LIFE_MS = 900_000;

it('a refresh token whose answer stays away is presented for a while, and then the node pairs itself anew', async () => {
  const { tokens, calls, clock, old, log } = await worldToRenew();
  await loseOne(tokens, calls, old);
  clock.advance(REFRESH_TRIES_MS - 1);
  await loseOne(tokens, calls, old);

  clock.advance(1);
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_paired');

  const pairing = ['request n1', `approve 000-001 by ${old}`, 'revoke r_of_controller', 'status chl_1'];
  expect(calls.made).toEqual(['refresh r0', 'refresh r0', ...pairing]);
  expect(log.filter(({ type }) => type === 'paired_anew')).toEqual([{ level: 'info', type: 'paired_anew' }]);
  await tokens.accessToken({ renew: true });
  expect(calls.made.at(-1)).toBe('refresh r_paired');
});

it('with a token that lives for a minute it is presented for a shorter while, so that the token still does for a pairing', async () => {
  const { tokens, calls, clock, old } = await worldToRenew({ lifeMs: 60_000 });
  await loseOne(tokens, calls, old);
  clock.advance(15_000 - 1);
  await loseOne(tokens, calls, old);

  clock.advance(1);
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_paired');
});

it('a relay that does not take back the tokens of a controller, which nobody needs, does not keep it from its own', async () => {
  const { tokens, calls } = await worldAfterLoss();
  calls.isRevoking = false;

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_paired');
});

it('when it was presented first is known after a restart, too', async () => {
  const { restart } = await worldAfterLoss();

  await expect(restart().accessToken({ renew: false })).resolves.toBe('a_paired');
});

it.each([
  ['back', -3_600_000],
  ['back by less than has passed', -1_000],
])('a wall clock that is set %s does not make it present the token for longer', async (_name, jumpMs) => {
  const { tokens, clock } = await worldAfterLoss();
  clock.jump(jumpMs);

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_paired');
});

it('a record of an older version, which does not say when, is refreshed as ever', async () => {
  const { calls, old, store, restart } = await worldToRenew();
  await store.set('node-tokens', JSON.stringify({ accessToken: old, refreshToken: 'r0', refreshKey: 'k' }));

  await expect(restart().accessToken({ renew: false })).resolves.toBe('a1');

  expect(calls.made).toEqual(['refresh r0']);
});

it.each([
  ['was not reached', new OttoError('relay_unreachable', { effect: 'none' })],
  ['answered with a refusal', new OttoError('rate_limited')],
])('a relay that %s has not exchanged the token: it stays good for as long as that takes', async (_name, failure) => {
  const { tokens, calls, clock, old } = await worldToRenew();
  calls.failure = failure;
  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  clock.advance(REFRESH_TRIES_MS);

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');

  expect(calls.made).toEqual(['refresh r0', 'refresh r0']);
});

it('an access token that the relay has refused is of no use for a pairing: the old refresh token is tried', async () => {
  const { tokens, calls } = await worldAfterLoss(LIFE_MS);

  await expect(tokens.accessToken({ renew: true })).resolves.toBe('a1');

  expect(calls.made).toEqual(['refresh r0', 'refresh r0']);
});

it('one that turns out to be over while its session may still stand leaves the old refresh token alone', async () => {
  const { tokens, calls, old } = await worldAfterLoss(LIFE_MS);
  calls.approval = new OttoError('invalid_access_token');

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);

  expect(calls.made.slice(1)).toEqual(['request n1', `approve 000-001 by ${old}`]);
  expect(tokens.renewInMs()).toBeUndefined();
});

it('a refusal that comes during such a try leads to the old refresh token', async () => {
  const { tokens, calls, old } = await worldAfterLoss(LIFE_MS);
  calls.approval = new OttoError('invalid_access_token');

  let refused: Promise<string> | undefined;
  calls.duringApproval = () => (refused = tokens.accessToken({ renew: true }));

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  await expect(refused).resolves.toBe('a1');

  expect(calls.made.slice(1)).toEqual(['request n1', `approve 000-001 by ${old}`, 'refresh r0']);
});

it.each(['relay_unreachable', 'too_many_pairings'] as const)(
  'a pairing of its own that comes to nothing (%s) is tried again, and the old refresh token is left alone',
  async (code) => {
    const { tokens, calls, old } = await worldAfterLoss();
    calls.approval = new OttoError(code);

    await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
    calls.approval = undefined;
    await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_paired');

    expect(calls.made.filter((call) => call.startsWith('refresh'))).toHaveLength(1);
  },
);

it('an approval after which the relay has no tokens to give is tried again', async () => {
  const { tokens, calls, old } = await worldAfterLoss();
  calls.hasTokens = false;

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
  calls.hasTokens = true;

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a_paired');
});

it('what another process left in the store while the relay was not reached stays there', async () => {
  const { tokens, calls, restart, old } = await worldToRenew();
  const other = restart();
  calls.failure = new OttoError('relay_unreachable', { effect: 'none' });
  calls.meanwhile = () => other.keep({ accessToken: 'a_of_other', refreshToken: 'r_of_other' });

  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);

  await expect(restart().accessToken({ renew: false })).resolves.toBe('a_of_other');
});

it('a renewal that takes its time keeps nobody waiting: the old token does meanwhile', async () => {
  const { tokens, calls, clock, old } = await worldToRenew();
  let answer: () => void = () => {};
  calls.meanwhile = () => new Promise((resolve) => (answer = resolve));
  const got = tokens.accessToken({ renew: false });
  await settled();
  clock.advance(RENEWAL_WAIT_MS);

  await expect(got).resolves.toBe(old);
  answer();
  await settled();

  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a1');
  expect(calls.made).toEqual(['refresh r0']);
  expect(clock.armedCount).toBe(0);
});

/** Tokens of which half the life is over, at a relay that gives a1, a2, … for a refresh. */
async function worldToRenew({ lifeMs } = { lifeMs: LIFE_MS }) {
  const clock = new ManualClock();
  const store = new MemoryKeyValue();
  const log: NodeLogEntry[] = [];
  const calls = new RelayCalls();
  let keys = 0;
  const newKey = () => `key-${(keys += 1)}`;
  const restart = () =>
    new NodeTokens({ nodeId: 'n1', store, http: calls, newKey, clock, log: (entry) => log.push(entry) });
  const tokens = restart();
  const issuedAt = clock.now() / 1_000;
  const old = unsignedToken({ iat: issuedAt, exp: issuedAt + lifeMs / 1_000 });
  await tokens.keep({ accessToken: old, refreshToken: 'r0' });
  clock.advance(lifeMs / 2);
  return { tokens, clock, store, log, calls, restart, old };
}

/** The same, where the answer to a refresh was lost so long ago. */
async function worldAfterLoss(passedMs = REFRESH_TRIES_MS) {
  const world = await worldToRenew();
  await loseOne(world.tokens, world.calls, world.old);
  world.clock.advance(passedMs);
  return world;
}

/** A refresh whose answer is lost. */
async function loseOne(tokens: NodeTokens, calls: RelayCalls, old: string): Promise<void> {
  calls.failure = new OttoError('relay_unreachable');
  await expect(tokens.accessToken({ renew: false })).resolves.toBe(old);
}

class RelayCalls {
  readonly made: string[] = [];
  /** Of the next refresh. */
  failure: OttoError | undefined;
  /** What happens while that is under way. */
  meanwhile: () => Promise<void> = () => Promise.resolve();
  approval: OttoError | undefined;
  duringApproval: () => unknown = () => {};
  hasTokens = true;
  isRevoking = true;
  #pairs = 0;
  #challenges = 0;

  readonly auth = {
    refresh: async ({ refreshToken }: { refreshToken: string }) => {
      this.made.push(`refresh ${refreshToken}`);
      await this.meanwhile();
      const { failure } = this;
      this.failure = undefined;
      if (failure !== undefined) throw failure;
      this.#pairs += 1;
      return { accessToken: `a${this.#pairs}`, refreshToken: `r${this.#pairs}` };
    },
    revoke: ({ refreshToken }: { refreshToken: string }) => {
      this.made.push(`revoke ${refreshToken}`);
      return this.isRevoking ? Promise.resolve() : Promise.reject(new OttoError('relay_unreachable'));
    },
  };

  readonly pairing = {
    request: ({ nodeId }: { nodeId: string }) => {
      this.made.push(`request ${nodeId}`);
      this.#challenges += 1;
      const number = this.#challenges;
      return Promise.resolve({ challengeId: `chl_${number}`, code: `000-00${number}`, expiresAt: 0 });
    },
    approve: ({ code }: { code: string }, { accessToken }: { accessToken: string }) => {
      this.made.push(`approve ${code} by ${accessToken}`);
      this.duringApproval();
      const reply = { controllerRefreshToken: 'r_of_controller' };
      return this.approval === undefined ? Promise.resolve(reply) : Promise.reject(this.approval);
    },
    status: ({ challengeId }: { challengeId: string }) => {
      this.made.push(`status ${challengeId}`);
      const pair = this.hasTokens ? { nodeAccessToken: 'a_paired', nodeRefreshToken: 'r_paired' } : {};
      return Promise.resolve({ status: 'approved' as const, ...pair });
    },
  };
}
