import { isObject, parseIsoTime, type Role } from '@telepat/otto-protocol';
import { HEARTBEAT_INTERVAL_MS } from '@telepat/otto-protocol/limits';

/**
 * What `hello_ack` tells. Read by hand: a link also runs where a schema library would weigh more than the rest of the
 * client together, and a relay is allowed to be newer than we are.
 */
export function readHelloAck(payload: unknown): HelloAck {
  const said = isObject(payload) ? payload : {};
  const intervalMs = said['heartbeatIntervalMs'];
  return {
    heartbeatIntervalMs:
      typeof intervalMs === 'number' && Number.isFinite(intervalMs)
        ? Math.min(Math.max(intervalMs, INTERVAL_MS_MIN), INTERVAL_MS_MAX)
        : HEARTBEAT_INTERVAL_MS,
  };
}

/** What `auth_ack` tells of the session that begins. */
export function readAuthAck(payload: unknown, role: Role): LinkSession {
  const said = isObject(payload) ? payload : {};
  const { controllerId, nodeId, scopes, relayVersion } = said;
  return {
    role,
    ...(typeof controllerId === 'string' ? { controllerId } : {}),
    ...(typeof nodeId === 'string' ? { nodeId } : {}),
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
    relayVersion: typeof relayVersion === 'string' ? relayVersion : '',
  };
}

/** The relay's wall time, where a payload tells it: `hello_ack`, and errors about time. */
export function readRelayTime(payload: unknown): number | undefined {
  const text = isObject(payload) ? payload['relayTime'] : undefined;
  return typeof text === 'string' ? parseIsoTime(text) : undefined;
}

/** A relay that asks for less or more than this is not obeyed: pings must neither flood nor cease. */
const INTERVAL_MS_MIN = 1_000;
const INTERVAL_MS_MAX = 120_000;

export interface HelloAck {
  readonly heartbeatIntervalMs: number;
}

/** Who the relay takes us for, as `auth_ack` said it. */
export interface LinkSession {
  readonly role: Role;
  readonly controllerId?: string;
  readonly nodeId?: string;
  readonly scopes: readonly string[];
  readonly relayVersion: string;
}
