import { OttoError, RemoteError, isErrorCode, isObject, isRetryable } from '@telepat/otto-protocol';
import { HTTP_REPLY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { fetchEffect, fetchReason, type Clock } from '@telepat/otto-relay-link';
import { boundedText } from './bounded-text.js';
import type { Fetch, FetchReply } from './platform/platform.js';
import { withErrorsAs } from './with-errors-as.js';

/** One HTTP call to a relay: credential, JSON both ways, deadline, and errors in the relay's own words. */
export class HttpCaller {
  readonly #options: HttpCallerOptions;

  constructor(options: HttpCallerOptions) {
    this.#options = options;
  }

  /**
   * @throws OttoError with the code of the relay, or `relay_unreachable` when no relay answers.
   */
  call(request: HttpRequest): Promise<Record<string, unknown>> {
    return this.#withFreshToken(request, (headers) => this.#once(request, headers));
  }

  /**
   * For answers that are too long to be held: the deadline is for the first byte, and the bytes are read as they come.
   *
   * @throws OttoError as {@link call}; the stream fails with `relay_disconnected` when it is cut
   */
  stream(request: HttpRequest): Promise<ReadableStream<Uint8Array>> {
    return this.#withFreshToken(request, async (headers) => {
      const reply = await this.#exchange(request, headers, (good) => Promise.resolve(good));
      if (isGood(request, reply.status) && reply.body) return withErrorsAs(reply.body, (error) => this.#cut(error));
      throw this.#failure(reply.status, objectOf(await boundedText(reply, HTTP_REPLY_BYTES_MAX)));
    });
  }

  async #withFreshToken<T>(request: HttpRequest, send: (headers: Record<string, string>) => Promise<T>): Promise<T> {
    try {
      return await send(await this.#headers(request, { renew: false }));
    } catch (error) {
      const canRenew = request.needsBearer !== false && typeof this.#options.bearer === 'function';
      if (!canRenew || !(error instanceof OttoError) || error.code !== 'invalid_access_token') throw error;
      return await send(await this.#headers(request, { renew: true }));
    }
  }

  async #headers(request: HttpRequest, options: { renew: boolean }): Promise<Record<string, string>> {
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers };
    if (request.needsBearer !== false && this.#options.bearer !== undefined) {
      headers['authorization'] = `Bearer ${await this.#bearer(options)}`;
    }
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    return headers;
  }

  async #once(request: HttpRequest, headers: Record<string, string>): Promise<Record<string, unknown>> {
    const { status, text } = await this.#exchange(request, headers, async (reply) => ({
      status: reply.status,
      text: await boundedText(reply, request.bytesMax ?? HTTP_REPLY_BYTES_MAX),
    }));
    const body = objectOf(text);
    if (isGood(request, status) && body !== undefined) return body;
    throw this.#failure(status, body);
  }

  /** What `read` takes of the reply before the deadline. */
  async #exchange<T>(
    request: HttpRequest,
    headers: Record<string, string>,
    read: (reply: FetchReply) => Promise<T>,
  ): Promise<T> {
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
      return await read(reply);
    } catch (cause) {
      if (cause instanceof OttoError) throw cause;
      const why = abort.signal.aborted ? `no answer within ${this.#options.timeoutMs} ms` : fetchReason(cause);
      throw this.#unreachable(`could not be reached: ${why}`, { cause, ...fetchEffect(cause) });
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
    // Gateways have codes of their own for a relay that they did not reach.
    const isOfGateway = status >= 500 && !isErrorCode(String(code));
    if (typeof code !== 'string' || isOfGateway)
      return this.#unreachable(`gave an answer that is no relay's (HTTP ${status}).`);
    return new RemoteError({ ...body, code, retryable: isRetryable(code, { effect: 'none' }) });
  }

  #cut(cause: unknown): OttoError {
    const message = `The relay at ${this.#options.baseUrl} hung up before its answer was whole: ${fetchReason(cause)}`;
    return new OttoError('relay_disconnected', { message, effect: 'none' }, { cause });
  }

  #unreachable(what: string, { cause, ...known }: { cause?: unknown; effect?: 'none' } = {}): OttoError {
    const message = `The relay at ${this.#options.baseUrl} ${what}`;
    return new OttoError('relay_unreachable', { message, ...known }, { cause });
  }
}

function isGood(request: HttpRequest, status: number): boolean {
  return (status >= 200 && status < 300) || request.alsoGood === status;
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
  /** What is read of the reply at most. */
  readonly bytesMax?: number;
}
