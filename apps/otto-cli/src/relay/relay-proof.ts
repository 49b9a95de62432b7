import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HEALTH_PROOF_PREFIX, healthReply } from '@telepat/otto-protocol/http';

/** How long a relay on this machine may take to answer. */
const ANSWER_MS_MAX = 3_000;

/**
 * Asks whoever listens at `httpUrl` to prove that it knows the operator token, without telling it anything: before
 * that, no credential is sent there, because after a crash any program may have taken the relay's port.
 */
export async function proveRelay(options: {
  httpUrl: string;
  operatorToken: string;
  signal?: AbortSignal;
}): Promise<ProofOutcome> {
  const challenge = randomBytes(32).toString('hex');
  const deadline = AbortSignal.timeout(ANSWER_MS_MAX);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  try {
    const url = new URL(`/healthz?challenge=${challenge}`, options.httpUrl);
    const response = await fetch(url, { signal, redirect: 'error' });
    const reply = healthReply.safeParse(await response.json());
    const proof = reply.success ? (reply.data.proof ?? '') : '';
    return isProof({ proof, challenge, operatorToken: options.operatorToken }) ? 'proved' : 'stranger';
  } catch (error) {
    options.signal?.throwIfAborted();
    if (deadline.aborted) return 'silent';
    // An answer that is no JSON came from somebody; no answer at all came from nobody.
    return error instanceof SyntaxError ? 'stranger' : 'nobody';
  }
}

function isProof(given: { proof: string; challenge: string; operatorToken: string }): boolean {
  const expected = createHmac('sha256', given.operatorToken)
    .update(`${HEALTH_PROOF_PREFIX}${given.challenge}`)
    .digest();
  const proof = Buffer.from(given.proof, 'hex');
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}

/**
 * `proved`: the relay whose operator token we have. `stranger`: somebody else answers. `nobody`: nobody listens.
 * `silent`: somebody listens and does not answer.
 */
export type ProofOutcome = 'proved' | 'stranger' | 'nobody' | 'silent';
