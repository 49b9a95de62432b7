/** Why a WebSocket was closed. Our own codes begin at 4400. */
export const CLOSE_CODES = {
  relay_shutting_down: 1001,
  unsupported_version: 1002,
  binary_frame: 1003,
  policy: 1008,
  frame_too_large: 1009,
  not_authenticated_in_time: 4401,
  credential_revoked: 4403,
  heartbeat_missed: 4408,
  node_replaced: 4409,
} as const;

/**
 * Whether a client should connect again by itself after this close code. It should not when its credential
 * was revoked or another instance of the same node took its place: trying again would change nothing, or
 * would start a tug-of-war.
 */
export function mayReconnectAfter(code: number): boolean {
  return code !== CLOSE_CODES.credential_revoked && code !== CLOSE_CODES.node_replaced;
}

export type CloseReason = keyof typeof CLOSE_CODES;
export type CloseCode = (typeof CLOSE_CODES)[CloseReason];
