import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HEALTH_PROOF_PREFIX, healthReply } from '@telepat/otto-protocol/http';
import { httpGet } from './http-get.js';

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
  const url = new URL(`/healthz?challenge=${challenge}`, options.httpUrl);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const got = await httpGet(url, { msMax: ANSWER_MS_MAX, ...signal });
  if (got.outcome !== 'answered') return NO_ANSWER[got.outcome];
  const reply = healthReply.safeParse(parseJson(got.text));
  const proof = reply.success ? (reply.data.proof ?? '') : '';
  return isProof({ proof, challenge, operatorToken: options.operatorToken }) ? 'proved' : 'stranger';
}

/** What speaks no HTTP is no relay; only where no connection is made nobody listens. */
const NO_ANSWER = { nobody: 'nobody', late: 'silent', broken: 'stranger' } as const;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
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
 * `proved`: the relay whose operator token we have. `stranger`: somebody else listens. `nobody`: nobody listens.
 * `silent`: somebody listens and does not answer.
 */
export type ProofOutcome = 'proved' | 'stranger' | 'nobody' | 'silent';
