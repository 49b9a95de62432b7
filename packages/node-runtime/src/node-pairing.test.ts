import { OttoError } from '@telepat/otto-protocol';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { NodePairing, POLL_MS, type PairingHttp } from './node-pairing.js';
import { NodeTokens } from './node-tokens.js';
import { MemoryKeyValue } from './testing/index.js';

it('shows the code, waits for its approval, and keeps the tokens', async () => {
  const { pairing, tokens, codes, answers, clock } = world();
  const pairingDone = pairing.pair();
  await settled();
  expect(codes).toEqual(['000-001']);
  await pass(clock, 3);
  await expect(tokens.isPaired()).resolves.toBe(false);

  answers.status = { status: 'approved', nodeAccessToken: 'a', nodeRefreshToken: 'r' };
  await pass(clock, 1);

  await pairingDone;
  await expect(tokens.accessToken({ renew: false })).resolves.toBe('a');
  expect(clock.armedCount).toBe(0);
});

it.each([
  ['expired', { status: 'expired' as const }],
  ['forgotten by the relay', new OttoError('challenge_not_found')],
  ['approved, but its tokens were given out already', { status: 'approved' as const }],
])('a code that is %s is replaced by a new one', async (_name, status) => {
  const { pairing, codes, answers, clock } = world();
  const stop = new AbortController();
  const pairingDone = pairing.pair(stop.signal).catch(() => {});
  await settled();

  answers.status = status;
  await pass(clock, 1);

  expect(codes).toEqual(['000-001', '000-002']);
  stop.abort();
  await pairingDone;
});

it('goes on through a relay that is away or crowded', async () => {
  const { pairing, codes, answers, clock } = world();
  answers.request = new OttoError('relay_unreachable');
  const stop = new AbortController();
  const pairingDone = pairing.pair(stop.signal).catch(() => {});
  await pass(clock, 3);
  answers.request = new OttoError('too_many_pairings');
  await pass(clock, 3);
  expect(codes).toEqual([]);

  answers.request = undefined;
  answers.status = new OttoError('relay_unreachable');
  await pass(clock, 5);

  expect(codes).toEqual(['000-001']);
  stop.abort();
  await pairingDone;
});

it('a refusal for good is reported', async () => {
  const { pairing, answers, clock } = world();
  answers.request = new OttoError('invalid_nodeId');

  await expect(pairing.pair()).rejects.toMatchObject({ code: 'invalid_nodeId' });
  expect(clock.armedCount).toBe(0);
});

it('can be given up', async () => {
  const { pairing, clock } = world();
  const stop = new AbortController();
  const pairingDone = pairing.pair(stop.signal);
  await settled();

  stop.abort(new Error('enough'));

  await expect(pairingDone).rejects.toThrow('enough');
  await expect(pairing.pair(stop.signal)).rejects.toThrow('enough');
  expect(clock.armedCount).toBe(0);
});

it('can be given up while the relay does not answer, and takes the call with it', async () => {
  const { pairing, answers, signals, clock } = world();
  answers.isSilent = true;
  const stop = new AbortController();
  const pairingDone = pairing.pair(stop.signal);
  await settled();

  stop.abort(new Error('enough'));

  await expect(pairingDone).rejects.toThrow('enough');
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  expect(clock.armedCount).toBe(0);
});

/** A node that wants to be paired, and what the relay answers it. */
function world() {
  const clock = new ManualClock();
  const codes: string[] = [];
  const answers: {
    request: OttoError | undefined;
    isSilent: boolean;
    status: OttoError | Awaited<ReturnType<PairingHttp['pairing']['status']>>;
  } = { request: undefined, isSilent: false, status: { status: 'pending' } };
  const signals: (AbortSignal | undefined)[] = [];
  let challenges = 0;
  const http: PairingHttp = {
    pairing: {
      request: (_body, { signal }) => {
        signals.push(signal);
        if (answers.isSilent) return new Promise(() => {});
        if (answers.request !== undefined) return Promise.reject(answers.request);
        challenges += 1;
        return Promise.resolve({ challengeId: `chl_${challenges}`, code: `000-00${challenges}`, expiresAt: 0 });
      },
      status: () =>
        answers.status instanceof OttoError ? Promise.reject(answers.status) : Promise.resolve(answers.status),
    },
  };
  const refresh = () => Promise.reject(new OttoError('relay_unreachable'));
  const approve = () => Promise.reject(new OttoError('relay_unreachable'));
  const revoke = () => Promise.reject(new OttoError('relay_unreachable'));
  const tokens = new NodeTokens({
    nodeId: 'n1',
    store: new MemoryKeyValue(),
    http: { auth: { refresh, revoke }, pairing: { ...http.pairing, approve } },
    newKey: () => 'key',
    clock,
  });
  const pairing = new NodePairing({ nodeId: 'n1', http, tokens, clock, onCode: ({ code }) => codes.push(code) });
  return { pairing, tokens, codes, answers, signals, clock };
}

async function pass(clock: ManualClock, polls: number): Promise<void> {
  for (let poll = 0; poll < polls; poll += 1) {
    await settled();
    clock.advance(POLL_MS);
  }
  await settled();
}
