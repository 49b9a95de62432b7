import { OttoError, RemoteError, isObject, isRetryable } from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import type { Fetch, FetchReply } from './platform/platform.js';

/** One HTTP call to a relay: credential, JSON both ways, deadline, and errors in the relay's own words. */
export class HttpCaller {
  readonly #options: HttpCallerOptions;

  constructor(options: HttpCallerOptions) {
    this.#options = options;
  }

  /**
   * @throws OttoError with the code of the relay, or `relay_unreachable` when no relay answers.
   */
  async call(request: HttpRequest): Promise<Record<string, unknown>> {
    try {
      return await this.#once(request, { renew: false });
    } catch (error) {
      const canRenew = request.needsBearer !== false && typeof this.#options.bearer === 'function';
      if (!canRenew || !(error instanceof OttoError) || error.code !== 'invalid_access_token') throw error;
      return await this.#once(request, { renew: true });
    }
  }

  async #once(request: HttpRequest, options: { renew: boolean }): Promise<Record<string, unknown>> {
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers };
    if (request.needsBearer !== false && this.#options.bearer !== undefined) {
      headers['authorization'] = `Bearer ${await this.#bearer(options)}`;
    }
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    const { status, text } = await this.#exchange(request, headers);
    const body = objectOf(text);
    const isGood = (status >= 200 && status < 300) || request.alsoGood === status;
    if (isGood && body !== undefined) return body;
    throw this.#failure(status, body);
  }

  async #exchange(request: HttpRequest, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    const abort = new AbortController();
    const timer = this.#options.clock.after(this.#options.timeoutMs, () => abort.abort());
    try {
      const reply: FetchReply = await this.#options.fetch(this.#options.baseUrl + request.path, {
        method: request.method,
        headers,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: abort.signal,
        redirect: 'error',
      });
      return { status: reply.status, text: await reply.text() };
    } catch (cause) {
      const why = abort.signal.aborted ? `no answer within ${this.#options.timeoutMs} ms` : reasonOf(cause);
      throw this.#unreachable(`could not be reached: ${why}`, cause);
    } finally {
      timer.cancel();
    }
  }

  #bearer(options: { renew: boolean }): Promise<string> {
    const { bearer } = this.#options;
    return typeof bearer === 'function' ? bearer(options) : Promise.resolve(bearer ?? '');
  }

  #failure(status: number, body: Record<string, unknown> | undefined): OttoError {
    const code = body?.['code'] ?? body?.['error'];
    if (typeof code !== 'string') return this.#unreachable(`gave an answer that is no relay's (HTTP ${status}).`);
    return new RemoteError({ ...body, code, retryable: isRetryable(code, { effect: 'none' }) });
  }

  #unreachable(what: string, cause?: unknown): OttoError {
    return new OttoError('relay_unreachable', { message: `The relay at ${this.#options.baseUrl} ${what}` }, { cause });
  }
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Not JSON, so not an answer of a relay; the caller says so.
    return undefined;
  }
}

export interface HttpCallerOptions {
  /** `http://host:port`, without a slash at the end. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly bearer?: Bearer | undefined;
}

/** A token, or where to get one; a source is asked once more, with `renew: true`, when its token was refused. */
export type Bearer = string | ((options: { renew: boolean }) => Promise<string>);

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  /** A status that is no failure, beside 2xx. */
  readonly alsoGood?: number;
  /** `false`: never send the credential. */
  readonly needsBearer?: false;
}
