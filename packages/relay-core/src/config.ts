import { DEFAULT_CONTROLLER_SCOPES } from '@telepat/otto-protocol';
import * as limits from '@telepat/otto-protocol/limits';

/** The relay's configuration with every default; hosts override what they want to. */
export const DEFAULT_RELAY_CONFIG: RelayConfig = {
  version: '0.0.0',
  authTimeoutMs: limits.AUTH_TIMEOUT_MS,
  heartbeatIntervalMs: limits.HEARTBEAT_INTERVAL_MS,
  heartbeatMissLimit: limits.HEARTBEAT_MISS_LIMIT,
  rateLimitPerMin: limits.RATE_LIMIT_PER_MIN,
  replayWindowMs: limits.REPLAY_WINDOW_MS,
  tabQueueLimit: limits.TAB_QUEUE_LENGTH_MAX,
  controllerQueueLimit: limits.CONTROLLER_QUEUE_LENGTH_MAX,
  commandTimeoutMsMax: limits.COMMAND_TIMEOUT_MS_MAX,
  bufferedBytesMax: limits.BUFFERED_BYTES_MAX,
  orphanGraceMs: limits.ORPHAN_GRACE_MS,
  accessTokenTtlMs: 15 * 60_000,
  refreshTokenTtlMs: 30 * 24 * 3_600_000,
  defaultControllerScopes: DEFAULT_CONTROLLER_SCOPES,
  logPayloads: false,
};

/** What the core can be told; it knows nothing of the environment. Times are milliseconds. */
export interface RelayConfig {
  /** `relayVersion` in `hello_ack` and `auth_ack`. */
  readonly version: string;
  readonly authTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatMissLimit: number;
  /** Frames a minute of one identity, and the size of its burst. */
  readonly rateLimitPerMin: number;
  readonly replayWindowMs: number;
  readonly tabQueueLimit: number;
  readonly controllerQueueLimit: number;
  readonly commandTimeoutMsMax: number;
  readonly bufferedBytesMax: number;
  readonly orphanGraceMs: number;
  readonly accessTokenTtlMs: number;
  readonly refreshTokenTtlMs: number;
  readonly defaultControllerScopes: readonly string[];
  /** Store the data of results and commands in the log, too. */
  readonly logPayloads: boolean;
}
