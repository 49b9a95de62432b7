export {
  EXPECTING_MS,
  EXPECTING_WAIT_MS_MAX,
  RelayLink,
  STABLE_MS,
  type LinkState,
  type RelayLinkOptions,
} from './relay-link.js';
export { ATTEMPT_MS_MAX, type LinkHello, type LinkSetup } from './link-attempt.js';
export { BACKOFF_MS_MAX, BACKOFF_MS_MIN, backoffMs } from './backoff.js';
export { PONG_MS_MAX } from './heartbeat.js';
export { RENEWAL_WAIT_MS, newOrOld } from './new-or-old.js';
export { fetchEffect, fetchReason } from './fetch-failure.js';
export { REFRESH_TRIES_MS, mayHaveRefreshed } from './refresh-tries.js';
export { SharedRenewal } from './shared-renewal.js';
export { msUntilRenewal, tokenLifeMs } from './token-lifetime.js';
export type { LinkSession } from './relay-answers.js';
export type { Clock, OpenSocket, Random, Socket, SocketHandlers, Timer, TokenSource } from './ports.js';
