import { Readable } from 'node:stream';
import { OttoError, isErrorCode, isObject, type ErrorCode, type RelayScope } from '@telepat/otto-protocol';
import type { Caller, Origin, Relay } from '@telepat/otto-relay-core';
import type * as z from 'zod';
import { admits, type CallerOf, type Needs } from './authenticate.js';
import type { RelayHttpOptions } from './options.js';
import type { RegistrationGate } from './registration-gate.js';

/**
 * One row of `ROUTES`: who may call, what goes in, what comes out, and the one call that does it.
 *
 * @example
 * defineRoute({
 *   method: 'POST', url: '/api/auth/revoke', needs: 'anyone', summary: 'Ends a refresh token and its family.',
 *   body: revokeBody, reply: revokeReply,
 *   handle: ({ relay, body }) => relay.access.tokens.revoke(body.refreshToken),
 * });
 */
export function defineRoute<N extends Needs, R, B = undefined, Q = undefined>(row: RouteRow<N, R, B, Q>): Route {
  return {
    ...row,
    async run(call) {
      const { caller } = call;
      if (!admits(row.needs, caller)) throw new OttoError('forbidden_role');
      // Without a schema B and Q are undefined: nothing of what was sent reaches the handler.
      const body = (row.body && parseFields(row.body, call.body)) as B;
      const query = (row.query && parseFields(row.query, call.query)) as Q;
      const reply = await row.handle({ ...call, relay: call.options.relay, caller, body, query });
      return { status: row.statusOf?.(reply) ?? 200, reply };
    },
  };
}

/**
 * A row whose answer is sent piece by piece, and no faster than it is taken. Its schema says what the pieces are
 * together, or what each line of theirs is. What goes wrong once they are being sent breaks the connection off.
 */
export function defineStream<N extends Needs, Q>(row: StreamRow<N, Q>): Route {
  return {
    ...row,
    async run(call) {
      const { caller } = call;
      if (!admits(row.needs, caller)) throw new OttoError('forbidden_role');
      const query = parseFields(row.query, call.query);
      const pieces = await row.handle({ ...call, relay: call.options.relay, caller, body: undefined, query });
      return { status: 200, reply: Readable.from(pieces) };
    },
  };
}

/** The fields of a body or query, checked. The schema's first complaint is the error code of the answer. */
function parseFields<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(isObject(raw) ? raw : {});
  if (parsed.success) return parsed.data;
  const code = parsed.error.issues[0]?.message ?? '';
  if (!isErrorCode(code)) throw new Error(`A schema of the HTTP routes has no error code: ${code}`);
  throw new OttoError(code);
}

/** What a route says of itself. */
interface RouteFacts<N extends Needs> {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly needs: N;
  /** A scope that a controller must hold beside; the operator needs none. */
  readonly scope?: RelayScope;
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Further sentences for it. */
  readonly details?: string;
  /** Headers that it looks at, beside `Authorization`. */
  readonly headers?: readonly RouteHeader[];
  /** The codes of its own; `errorsOf` adds those of every route of its kind. */
  readonly errors?: readonly ErrorCode[];
  /** The status, beside 200, under which a reply may come. */
  readonly otherStatus?: number;
  /** The media type of an answer that does not go as one JSON value. */
  readonly contentType?: string;
}

/** A header that a request may carry. */
export interface RouteHeader {
  /** In lower case. */
  readonly name: string;
  readonly summary: string;
}

interface RouteRow<N extends Needs, R, B, Q> extends RouteFacts<N> {
  readonly body?: z.ZodType<B>;
  readonly query?: z.ZodType<Q>;
  readonly reply: z.ZodType<R>;
  /** The HTTP status of a reply, where it is not always 200. */
  readonly statusOf?: (reply: R) => number;
  readonly handle: (call: HandledCall<N, B, Q>) => R | Promise<R>;
}

interface StreamRow<N extends Needs, Q> extends RouteFacts<N> {
  readonly query: z.ZodType<Q>;
  readonly reply: z.ZodType;
  readonly contentType: string;
  readonly handle: (call: HandledCall<N, undefined, Q>) => Promise<AsyncIterable<Uint8Array | string>>;
}

/** A row, with its types worn off: what the plugin registers and documentation is made from. */
export interface Route extends RouteFacts<Needs> {
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly reply: z.ZodType;
  run(call: Call): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly reply: unknown;
}

/** One request, as it came through the door. */
export interface Call {
  readonly options: RelayHttpOptions;
  readonly registrationGate: RegistrationGate;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly body: unknown;
  readonly query: unknown;
  /** A request header, by its name in lower case. */
  header(name: string): string | undefined;
  /** Aborted when the caller is gone before it has its answer. */
  hangup(): AbortSignal;
}

interface HandledCall<N extends Needs, B, Q> extends Omit<Call, 'caller' | 'body' | 'query'> {
  readonly relay: Relay;
  readonly caller: CallerOf[N];
  readonly body: B;
  readonly query: Q;
}
