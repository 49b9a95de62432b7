import { OttoError, RemoteError, isObject, isRetryable } from '@telepat/otto-protocol';
import { pairingRequestReply, pairingStatusReply, refreshReply } from '@telepat/otto-protocol/http';
import type { PairingHttp, RefreshHttp } from '@telepat/otto-node-runtime';

/** The HTTP calls that a node makes: to be paired, and to renew its tokens. */
export function relayHttp(url: string): PairingHttp & RefreshHttp {
  const baseUrl = url.replace(/\/+$/, '');
  return {
    pairing: {
      request: (body, { signal }) => call(baseUrl, '/api/pairing/request', pairingRequestReply, { body, signal }),
      status: ({ challengeId }, { signal }) => {
        const path = `/api/pairing/status?challengeId=${encodeURIComponent(challengeId)}`;
        return call(baseUrl, path, pairingStatusReply, { signal });
      },
    },
    auth: {
      refresh: (body, { idempotencyKey }) =>
        call(baseUrl, '/api/auth/refresh', refreshReply, { body, headers: { 'idempotency-key': idempotencyKey } }),
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
  if (typeof code === 'string') {
    throw new RemoteError({ ...said, code, retryable: isRetryable(code, { effect: 'none' }) });
  }
  throw unreachable(baseUrl, `gave an answer that is no relay's (HTTP ${status}).`);
}

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
    throw unreachable(baseUrl, `could not be reached: ${reasonOf(error)}`, error);
  }
}

function unreachable(baseUrl: string, what: string, cause?: unknown): OttoError {
  return new OttoError('relay_unreachable', { message: `The relay at ${baseUrl} ${what}` }, { cause });
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
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
