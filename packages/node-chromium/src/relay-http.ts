import { OttoError, RemoteError, isErrorCode, isObject, isRetryable } from '@telepat/otto-protocol';
import {
  pairingApproveReply,
  pairingRequestReply,
  pairingStatusReply,
  refreshReply,
  revokeReply,
} from '@telepat/otto-protocol/http';
import type { PairingHttp, RenewalHttp } from '@telepat/otto-node-runtime';
import { fetchEffect, fetchReason } from '@telepat/otto-relay-link';

/** The HTTP calls that a node makes: to be paired, and to renew its tokens. */
export function relayHttp(url: string): PairingHttp & RenewalHttp {
  const baseUrl = url.replace(/\/+$/, '');
  return {
    pairing: {
      request: (body, { signal }) => call(baseUrl, '/api/pairing/request', pairingRequestReply, { body, signal }),
      approve: (body, { accessToken }) => {
        const headers = { authorization: `Bearer ${accessToken}` };
        return call(baseUrl, '/api/pairing/approve', pairingApproveReply, { body, headers });
      },
      status: ({ challengeId }, { signal }) => {
        const path = `/api/pairing/status?challengeId=${encodeURIComponent(challengeId)}`;
        return call(baseUrl, path, pairingStatusReply, { signal });
      },
    },
    auth: {
      refresh: (body, { idempotencyKey }) =>
        call(baseUrl, '/api/auth/refresh', refreshReply, { body, headers: { 'idempotency-key': idempotencyKey } }),
      revoke: (body) => call(baseUrl, '/api/auth/revoke', revokeReply, { body }),
    },
  };
}

const CALL_MS_MAX = 10_000;

async function call<T>(baseUrl: string, path: string, reply: ReplySchema<T>, request: HttpCall = {}): Promise<T> {
  const { status, body } = await exchange(baseUrl, path, request);
  const parsed = status >= 200 && status < 300 ? reply.safeParse(body) : undefined;
  if (parsed?.success === true) return parsed.data;
  const said = isObject(body) ? body : {};
  const code = said['code'] ?? said['error'];
  if (status < SERVER_FAULT && typeof code === 'string' && isErrorCode(code)) {
    throw new RemoteError({ ...said, code, retryable: isRetryable(code, { effect: 'none' }) });
  }
  const what = status < SERVER_FAULT ? "gave an answer that is no relay's" : 'could not do it';
  throw unreachable(baseUrl, `${what} (HTTP ${status}).`);
}

/**
 * From this status on, nobody knows what was done: gateways speak for relays that they did not reach, and a relay with a
 * bug may have one after the deed. A pairing must not end by it.
 */
const SERVER_FAULT = 500;

async function exchange(
  baseUrl: string,
  path: string,
  { body, headers, signal }: HttpCall,
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(baseUrl + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([AbortSignal.timeout(CALL_MS_MAX), ...(signal === undefined ? [] : [signal])]),
      // The relay never redirects; a redirect would carry a token elsewhere.
      redirect: 'error',
    });
    return { status: response.status, body: jsonOf(await response.text()) };
  } catch (error) {
    throw unreachable(baseUrl, `could not be reached: ${fetchReason(error)}`, { cause: error, ...fetchEffect(error) });
  }
}

function unreachable(baseUrl: string, what: string, facts: { cause?: unknown; effect?: 'none' } = {}): OttoError {
  const { cause, effect } = facts;
  const message = `The relay at ${baseUrl} ${what}`;
  return new OttoError('relay_unreachable', { message, ...(effect === undefined ? {} : { effect }) }, { cause });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not an answer of a relay; the caller says so.
    return undefined;
  }
}

interface HttpCall {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** As much of a schema as is used here. */
interface ReplySchema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}
