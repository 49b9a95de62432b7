/** Login and pairing families of one client or node; one more ends the one that was longest unused. */
export const FAMILIES_PER_OWNER_MAX = 1_000;

/** Families in all; beyond it an owner that has one gives its longest unused one for a new one. */
export const FAMILIES_MAX = 100_000;

/** Used refresh tokens that are remembered, to notice theft: of one family, and in all. */
export const USED_TOKENS_PER_FAMILY_MAX = 4_096;
export const USED_TOKENS_MAX = 500_000;

/** A refresh token that is used again later than this after its rotation was stolen. */
export const REUSE_GRACE_MS = 10_000;

/** How long, and for how many refreshes, the answer to an idempotency key is remembered. */
export const REFRESH_REPLAY_MS = 60_000;
export const REFRESH_REPLAYS_MAX = 1_000;

/** Wrong client secrets a minute: for one client from one address, and from one address elsewhere. */
export const CLIENT_FAILURES_PER_MIN = 10;
export const REMOTE_ADDRESS_FAILURES_PER_MIN = 100;

/** Registrations a minute: from this machine, and from elsewhere. */
export const LOOPBACK_REGISTRATIONS_PER_MIN = 600;
export const REMOTE_REGISTRATIONS_PER_MIN = 20;

/** Wrong pairing codes a minute of one approver. */
export const WRONG_CODES_PER_MIN = 5;

/** Keys that one limit per minute counts; one more pushes out the oldest. */
export const LIMITED_KEYS_MAX = 10_000;

/** Challenges that are approved or expired and not yet forgotten. */
export const ENDED_PAIRINGS_MAX = 1_000;

/** Live sessions of a client that is being removed do not wait longer than this for a slow disk. */
export const REMOVAL_PATIENCE_MS = 500;

/** `lastUsedAt` of a client is written at most this often. */
export const LAST_USED_PRECISION_MS = 60_000;
