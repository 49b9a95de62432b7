import type {
  AccessListReply,
  AccessReply,
  ClientListReply,
  ClientReply,
  ClientTokenReply,
  ConnectedNodesReply,
  HealthReply,
  LogsStatusReply,
  PairedNodesReply,
  PairingApproveReply,
  PairingPendingReply,
  PairingRequestReply,
  PairingStatusReply,
  ReadyReply,
  RefreshReply,
  RegisterReply,
  RemoveAllClientsReply,
  RemoveClientReply,
  RemoveNodeReply,
  RevokeReply,
  StatusReply,
} from '@telepat/otto-protocol/http';
import type { LogEntry, LogLevel, LogSource } from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import { HTTP_LIST_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { platform } from '#platform';
import { HttpCaller, type Bearer, type HttpRequest } from './http-call.js';
import type { Fetch } from './platform/platform.js';
import { relayUrls } from './relay-urls.js';
import { replyAs, type Shape } from './reply-shape.js';

/** Time for one HTTP call. */
export const HTTP_TIMEOUT_MS_DEFAULT = 10_000;

/**
 * Typed calls of every HTTP route of a relay. Each rejects with an OttoError: what the relay said, or
 * `relay_unreachable` when none answered. Which credential a route needs is in the HTTP part of PROTOCOL.md.
 *
 * @example await new OttoHttpApi({ baseUrl: 'http://127.0.0.1:8787', bearer: operatorToken }).status()
 */
export class OttoHttpApi {
  readonly #caller: HttpCaller;

  /** `baseUrl` may also be the relay's `ws:` address. */
  constructor({ baseUrl, bearer, fetch, clock, timeoutMs }: OttoHttpApiOptions) {
    this.#caller = new HttpCaller({
      baseUrl: relayUrls(baseUrl).http,
      fetch: fetch ?? platform.fetch,
      clock: clock ?? platform.clock,
      timeoutMs: timeoutMs ?? HTTP_TIMEOUT_MS_DEFAULT,
      bearer,
    });
  }

  readonly pairing = {
    request: (body: { nodeId: string; challengeId?: string }) =>
      this.#post<PairingRequestReply>('/api/pairing/request', body, PAIRING_REQUEST, { needsBearer: false }),
    pending: () => this.#get<PairingPendingReply>('/api/pairing/pending', { pending: 'array' }),
    approve: (body: { code: string }) =>
      this.#post<PairingApproveReply>('/api/pairing/approve', body, { nodeId: 'string', status: 'string' }),
    status: (query: { challengeId: string }) =>
      this.#get<PairingStatusReply>(`/api/pairing/status${queryText(query)}`, PAIRING_STATUS, { needsBearer: false }),
  };

  readonly auth = {
    /** With the same key and token within a minute, the same pair is given again: an answer may get lost. */
    refresh: (body: { refreshToken: string }, options: { idempotencyKey?: string } = {}) =>
      this.#post<RefreshReply>('/api/auth/refresh', body, TOKEN_PAIR, {
        needsBearer: false,
        ...(options.idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': options.idempotencyKey } }),
      }),
    revoke: (body: { refreshToken: string }) =>
      this.#post<RevokeReply>('/api/auth/revoke', body, { revoked: 'boolean' }, { needsBearer: false }),
  };

  readonly clients = {
    register: (
      body: { name: string; description: string; avatarSeed?: string },
      options: { registrationSecret?: string } = {},
    ) =>
      this.#post<RegisterReply>('/api/controller/register', body, REGISTERED, {
        needsBearer: false,
        ...(options.registrationSecret === undefined
          ? {}
          : { headers: { 'x-otto-registration-secret': options.registrationSecret } }),
      }),
    token: (body: { clientId: string; clientSecret: string }) =>
      this.#post<ClientTokenReply>('/api/controller/token', body, CLIENT_TOKENS, { needsBearer: false }),
    remove: (body: { clientId: string }) =>
      this.#post<RemoveClientReply>('/api/controller/remove', body, REMOVED_CLIENT),
    /** All of them, or the one with this id or name. */
    list: (query: { client?: string } = {}) =>
      this.#get<ClientListReply>(`/api/controller/clients${queryText(query)}`, CLIENT_LIST, LIST),
    setScopes: (body: { clientId: string; scopes: readonly string[] }) =>
      this.#post<ClientReply>('/api/controller/scopes', body, CLIENT),
    removeAll: () => this.#post<RemoveAllClientsReply>('/api/controller/remove-all', {}, REMOVED_CLIENTS, LIST),
  };

  /** Of the node whose token is the bearer. */
  readonly access = {
    list: () => this.#get<AccessListReply>('/api/controller/access', { nodeId: 'string', clients: 'array' }, LIST),
    set: (body: { clientId: string; grant: boolean; expiresAt?: number }) =>
      this.#post<AccessReply>('/api/controller/access', body, ACCESS),
  };

  readonly nodes = {
    connected: (query: { detail?: boolean } = {}) =>
      this.#get<ConnectedNodesReply>(
        `/api/nodes/connected${query.detail === true ? '?detail=1' : ''}`,
        { nodes: 'array' },
        LIST,
      ),
    /** Every paired node, connected or not. */
    paired: () => this.#get<PairedNodesReply>('/api/nodes', { nodes: 'array', nodeCount: 'number' }, LIST),
    remove: (body: { nodeId: string }) => this.#post<RemoveNodeReply>('/api/nodes/remove', body, REMOVED_NODE),
  };

  readonly logs = {
    query: (query: LogFilter = {}) =>
      this.#get<{ logs: LogEntry[] }>(`/api/logs${queryText(query)}`, { logs: 'array' }, LIST),
    /** Every entry that fits, one JSON object a line, however many: read it as it comes. */
    export: (query: LogFilter = {}) =>
      this.#caller.stream({ method: 'GET', path: `/api/logs/export${queryText(query)}` }),
    status: () => this.#get<LogsStatusReply>('/api/logs/status', { retentionDays: 'number', sizeBytes: 'number' }),
  };

  /** Whether the process lives; with a challenge of 64 hex digits, the relay proves that it knows the operator token. */
  health(challenge?: string): Promise<HealthReply> {
    const query = queryText(challenge === undefined ? {} : { challenge });
    return this.#get<HealthReply>(`/healthz${query}`, { status: 'string' }, { needsBearer: false });
  }

  /** Also `starting` and `stopping` are answers here, not errors. */
  ready(): Promise<ReadyReply> {
    return this.#get<ReadyReply>('/readyz', { status: 'string' }, { needsBearer: false, alsoGood: 503 });
  }

  status(): Promise<StatusReply> {
    return this.#get<StatusReply>('/api/status', STATUS, LIST);
  }

  async #get<T extends object>(path: string, shape: Shape<T>, extra: Extra = {}): Promise<T> {
    return replyAs(await this.#caller.call({ method: 'GET', path, ...extra }), shape);
  }

  async #post<T extends object>(path: string, body: object, shape: Shape<T>, extra: Extra = {}): Promise<T> {
    return replyAs(await this.#caller.call({ method: 'POST', path, body, ...extra }), shape);
  }
}

const PAIRING_REQUEST = {
  challengeId: 'string',
  code: 'string',
  nodeId: 'string',
  status: 'string',
  expiresAt: 'number',
} as const;
const PAIRING_STATUS = { challengeId: 'string', nodeId: 'string', status: 'string', expiresAt: 'number' } as const;
const TOKEN_PAIR = { accessToken: 'string', refreshToken: 'string' } as const;
const REGISTERED = {
  clientId: 'string',
  name: 'string',
  description: 'string',
  avatarSeed: 'string',
  clientSecret: 'string',
  createdAt: 'number',
} as const;
const CLIENT_TOKENS = { ...TOKEN_PAIR, clientId: 'string', controllerId: 'string', scopes: 'array' } as const;
const REMOVED_COUNTS = {
  ok: 'boolean',
  aclRevokedCount: 'number',
  refreshRevokedCount: 'number',
  disconnectedSessions: 'number',
} as const;
const REMOVED_CLIENT = {
  ...REMOVED_COUNTS,
  clientId: 'string',
  revokedAt: 'number',
  alreadyRevoked: 'boolean',
} as const;
const CLIENT_LIST = { clients: 'array', clientCount: 'number' } as const;
const CLIENT = {
  clientId: 'string',
  name: 'string',
  description: 'string',
  avatarSeed: 'string',
  scopes: 'array',
  createdAt: 'number',
} as const;
const REMOVED_NODE = { ...REMOVED_COUNTS, nodeId: 'string' } as const;
const REMOVED_CLIENTS = { ...REMOVED_COUNTS, removedClientIds: 'array', removedCount: 'number' } as const;
const ACCESS = { ok: 'boolean', clientId: 'string', nodeId: 'string', granted: 'boolean' } as const;
const STATUS = {
  version: 'string',
  pid: 'number',
  port: 'number',
  uptimeMs: 'number',
  sessions: 'array',
  nodes: 'array',
  tabs: 'array',
  locks: 'array',
  queues: 'array',
  durableCommands: 'array',
  counts: 'object',
  warnings: 'array',
} as const;

function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

type Extra = Pick<HttpRequest, 'headers' | 'alsoGood' | 'needsBearer' | 'bytesMax'>;

const LIST: Extra = { bytesMax: HTTP_LIST_BYTES_MAX };

/** Where the relay is, and who calls. */
export interface OttoHttpApiOptions {
  readonly baseUrl: string;
  /** Operator token or access token, or where to get one. */
  readonly bearer?: Bearer | undefined;
  readonly timeoutMs?: number | undefined;
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
}

/** The filters of `GET /api/logs`; all must fit. */
export type LogFilter = {
  /** ISO-8601. */
  readonly since?: string;
  readonly level?: LogLevel;
  readonly source?: LogSource | 'all';
  /** The newest so many. */
  readonly latest?: number;
  readonly nodeId?: string;
  readonly requestId?: string;
};
