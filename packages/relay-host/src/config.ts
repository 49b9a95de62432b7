import * as z from 'zod';
import { DEFAULT_CONTROLLER_SCOPES, OttoError } from '@telepat/otto-protocol';
import * as limits from '@telepat/otto-protocol/limits';
import type { RelayConfig } from '@telepat/otto-relay-core';
import type { HttpPolicy } from '@telepat/otto-relay-http';
import { bindAddress, flag, hostNames, origins, scopes, secret, text, wholeNumber } from './environment-values.js';
import { relayFolder, type Environment } from './paths.js';

export const SECRET_LENGTH_MIN = 32;

/** The variables of the relay, each with its default and what it may be. */
const VARIABLES = z.object({
  OTTO_RELAY_PORT: wholeNumber(0, 65_535).default(8_787),
  OTTO_RELAY_HOST: bindAddress().default('127.0.0.1'),
  OTTO_TOKEN_SECRET: secret(SECRET_LENGTH_MIN),
  OTTO_TOKEN_PREVIOUS_SECRET: secret(SECRET_LENGTH_MIN).optional(),
  OTTO_TOKEN_ISSUER: text().default('otto-relay'),
  OTTO_TOKEN_AUDIENCE: text().default('otto-clients'),
  OTTO_TOKEN_TTL_MINUTES: wholeNumber(1, 1_440).default(15),
  OTTO_REFRESH_TTL_DAYS: wholeNumber(1, 365).default(30),
  OTTO_EXTENSION_ORIGIN: origins().default([]),
  OTTO_CONTROLLER_ORIGINS: origins().default([]),
  OTTO_ALLOWED_HOSTS: hostNames().default([]),
  OTTO_HOME: text(4_096).optional(),
  OTTO_LOG_DIR: text(4_096).optional(),
  OTTO_LOG_MAX_FILE_BYTES: wholeNumber(1_024).default(100 * 1_024 * 1_024),
  OTTO_LOG_MAX_TOTAL_BYTES: wholeNumber(1_024).default(20 * 1_024 * 1_024 * 1_024),
  OTTO_METRICS_PUBLIC: flag().default(false),
  OTTO_LOG_PAYLOADS: flag().default(false),
  OTTO_RATE_LIMIT_PER_MIN: wholeNumber(1).default(limits.RATE_LIMIT_PER_MIN),
  OTTO_REPLAY_WINDOW_MS: wholeNumber(1_000, 600_000).default(limits.REPLAY_WINDOW_MS),
  OTTO_TAB_QUEUE_LIMIT: wholeNumber(1).default(limits.TAB_QUEUE_LENGTH_MAX),
  OTTO_CONTROLLER_QUEUE_LIMIT: wholeNumber(1).default(limits.CONTROLLER_QUEUE_LENGTH_MAX),
  OTTO_DEFAULT_CONTROLLER_SCOPES: scopes().default([...DEFAULT_CONTROLLER_SCOPES]),
  OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION: flag().default(false),
  OTTO_CONTROLLER_REGISTRATION_SECRET: secret(16).optional(),
  OTTO_CONTROLLER_HEARTBEAT_INTERVAL_MS: wholeNumber(1_000, 120_000).default(limits.HEARTBEAT_INTERVAL_MS),
  OTTO_CONTROLLER_HEARTBEAT_MISS_LIMIT: wholeNumber(1, 20).default(limits.HEARTBEAT_MISS_LIMIT),
  OTTO_AUTH_TIMEOUT_MS: wholeNumber(100, 600_000).default(limits.AUTH_TIMEOUT_MS),
  OTTO_MAX_FRAME_BYTES: wholeNumber(limits.FRAME_BYTES_MAX_LEAST, 256 * 1_024 * 1_024).default(limits.FRAME_BYTES_MAX),
  OTTO_MAX_BUFFERED_BYTES: wholeNumber(1_024).default(limits.BUFFERED_BYTES_MAX),
  OTTO_MAX_COMMAND_TIMEOUT_MS: wholeNumber(1_000, 86_400_000).default(limits.COMMAND_TIMEOUT_MS_MAX),
  OTTO_ORPHAN_GRACE_MS: wholeNumber(0, 60_000).default(limits.ORPHAN_GRACE_MS),
  OTTO_MAX_SOCKETS: wholeNumber(1).default(limits.SOCKETS_MAX),
  OTTO_MAX_UNAUTHENTICATED_SOCKETS: wholeNumber(1).default(limits.UNAUTHENTICATED_SOCKETS_MAX),
  OTTO_ADVERTISED_VERSION: text().optional(),
});

/** Variables whose values are never shown. */
const SECRET_VARIABLES: ReadonlySet<string> = new Set([
  'OTTO_TOKEN_SECRET',
  'OTTO_TOKEN_PREVIOUS_SECRET',
  'OTTO_CONTROLLER_REGISTRATION_SECRET',
]);

/**
 * The configuration of a relay from its environment.
 *
 * @param version the package's, which peers are told unless `OTTO_ADVERTISED_VERSION` says otherwise
 * @throws OttoError `invalid_configuration`, one line that names the first variable at fault
 */
export function readConfig(environment: Environment, version: string): HostConfig {
  const parsed = VARIABLES.safeParse(environment);
  if (!parsed.success) throw configurationError(environment, parsed.error);
  const values = parsed.data;
  if (values.OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION && values.OTTO_CONTROLLER_REGISTRATION_SECRET === undefined) {
    const reason = 'it is required (at least 16 characters) with OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION';
    throw problem(`OTTO_CONTROLLER_REGISTRATION_SECRET is not set: ${reason}.`);
  }
  return {
    host: values.OTTO_RELAY_HOST,
    port: values.OTTO_RELAY_PORT,
    folder: relayFolder(environment),
    token: tokenConfig(values),
    relay: relayConfig(values, version),
    policy: httpPolicy(values),
    log: logConfig(values),
  };
}

function logConfig(values: Values): HostConfig['log'] {
  const [maxFileBytes, maxTotalBytes] = [values.OTTO_LOG_MAX_FILE_BYTES, values.OTTO_LOG_MAX_TOTAL_BYTES];
  if (maxTotalBytes < maxFileBytes) {
    const needed = `it must be at least OTTO_LOG_MAX_FILE_BYTES, which is ${maxFileBytes}`;
    throw problem(`OTTO_LOG_MAX_TOTAL_BYTES is "${maxTotalBytes}": ${needed}.`);
  }
  return { maxFileBytes, maxTotalBytes };
}

function tokenConfig(values: Values): HostConfig['token'] {
  const previousSecret = values.OTTO_TOKEN_PREVIOUS_SECRET;
  return {
    secret: values.OTTO_TOKEN_SECRET,
    ...(previousSecret === undefined ? {} : { previousSecret }),
    issuer: values.OTTO_TOKEN_ISSUER,
    audience: values.OTTO_TOKEN_AUDIENCE,
  };
}

function relayConfig(values: Values, version: string): RelayConfig {
  return {
    version: values.OTTO_ADVERTISED_VERSION ?? version,
    authTimeoutMs: values.OTTO_AUTH_TIMEOUT_MS,
    heartbeatIntervalMs: values.OTTO_CONTROLLER_HEARTBEAT_INTERVAL_MS,
    heartbeatMissLimit: values.OTTO_CONTROLLER_HEARTBEAT_MISS_LIMIT,
    rateLimitPerMin: values.OTTO_RATE_LIMIT_PER_MIN,
    replayWindowMs: values.OTTO_REPLAY_WINDOW_MS,
    tabQueueLimit: values.OTTO_TAB_QUEUE_LIMIT,
    controllerQueueLimit: values.OTTO_CONTROLLER_QUEUE_LIMIT,
    commandTimeoutMsMax: values.OTTO_MAX_COMMAND_TIMEOUT_MS,
    bufferedBytesMax: values.OTTO_MAX_BUFFERED_BYTES,
    orphanGraceMs: values.OTTO_ORPHAN_GRACE_MS,
    accessTokenTtlMs: values.OTTO_TOKEN_TTL_MINUTES * 60_000,
    refreshTokenTtlMs: values.OTTO_REFRESH_TTL_DAYS * 24 * 3_600_000,
    defaultControllerScopes: values.OTTO_DEFAULT_CONTROLLER_SCOPES,
    logPayloads: values.OTTO_LOG_PAYLOADS,
  };
}

function httpPolicy(values: Values): HttpPolicy {
  const registrationSecret = values.OTTO_CONTROLLER_REGISTRATION_SECRET;
  return {
    extensionOrigins: values.OTTO_EXTENSION_ORIGIN,
    controllerOrigins: values.OTTO_CONTROLLER_ORIGINS,
    allowedHosts: values.OTTO_ALLOWED_HOSTS,
    registration: {
      allowRemote: values.OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION,
      ...(registrationSecret === undefined ? {} : { secret: registrationSecret }),
    },
    maxFrameBytes: values.OTTO_MAX_FRAME_BYTES,
    maxBufferedBytes: values.OTTO_MAX_BUFFERED_BYTES,
    maxSockets: values.OTTO_MAX_SOCKETS,
    maxUnauthenticatedSockets: values.OTTO_MAX_UNAUTHENTICATED_SOCKETS,
    metricsPublic: values.OTTO_METRICS_PUBLIC,
  };
}

/** One line, whatever the value holds. */
function configurationError(environment: Environment, error: z.ZodError): OttoError {
  const [issue] = error.issues;
  const name = String(issue?.path[0]);
  const value = environment[name];
  if (value === undefined) return problem(`${name} is not set: at least ${SECRET_LENGTH_MIN} characters are required.`);
  const shown = SECRET_VARIABLES.has(name) ? 'is not acceptable' : `is ${JSON.stringify(value.slice(0, 100))}`;
  return problem(`${name} ${shown}: it must be ${issue?.message ?? 'another value'}.`);
}

function problem(message: string): OttoError {
  return new OttoError('invalid_configuration', { message });
}

/** All that a relay in a process is told. */
export interface HostConfig {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Of logs and stores. */
  readonly folder: string;
  readonly token: {
    readonly secret: string;
    readonly previousSecret?: string;
    readonly issuer: string;
    readonly audience: string;
  };
  readonly relay: RelayConfig;
  readonly policy: HttpPolicy;
  /** What one file of the operation log may take, and all of them. */
  readonly log: { readonly maxFileBytes: number; readonly maxTotalBytes: number };
}

type Values = z.infer<typeof VARIABLES>;
