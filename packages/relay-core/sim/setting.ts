import type { RelayConfig } from '../src/config.js';
import type { Rules } from './model/facts.js';

/** Under which conditions a storm takes place; decided by its seed. */
export interface Setting {
  /** Whether it is waited, at the end, until even tabs that are on record are closed. */
  readonly isPatient: boolean;
  readonly rateLimitPerMin: number;
  readonly tabQueueLimit: number;
  readonly controllerQueueLimit: number;
  /** `client node`: who may command which node when it begins. */
  readonly grants: readonly (readonly [clientId: string, nodeId: string])[];
}

/** Fractions keep apart what would else be due at the very same moment, where either order would be right. */
const HEARTBEAT_MS = 12_000.375;
const ORPHAN_GRACE_MS = 2_000.125;
const AUTH_TIMEOUT_MS = 15_000.375;
const HEARTBEAT_MISS_LIMIT = 2;
const REPLAY_WINDOW_MS = 60_000;

/** The configuration of the relay in a setting. */
export function configOf({ rateLimitPerMin, tabQueueLimit, controllerQueueLimit }: Setting): Partial<RelayConfig> {
  return {
    version: 'simulated',
    authTimeoutMs: AUTH_TIMEOUT_MS,
    heartbeatIntervalMs: HEARTBEAT_MS,
    heartbeatMissLimit: HEARTBEAT_MISS_LIMIT,
    orphanGraceMs: ORPHAN_GRACE_MS,
    replayWindowMs: REPLAY_WINDOW_MS,
    rateLimitPerMin,
    tabQueueLimit,
    controllerQueueLimit,
  };
}

/** The same, as the model goes by it. */
export function rulesOf({ rateLimitPerMin, tabQueueLimit, controllerQueueLimit }: Setting): Rules {
  return {
    authTimeoutMs: AUTH_TIMEOUT_MS,
    heartbeatSilenceMs: HEARTBEAT_MS * HEARTBEAT_MISS_LIMIT,
    orphanGraceMs: ORPHAN_GRACE_MS,
    replayWindowMs: REPLAY_WINDOW_MS,
    rateLimitPerMin,
    tabQueueLimit,
    controllerQueueLimit,
  };
}
