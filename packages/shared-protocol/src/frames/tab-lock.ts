import * as z from 'zod';

/** controller → relay: takes, renews (`tab_lock`) or gives back (`tab_unlock`) the lease of a tab. */
export const tabLockPayload = z.looseObject({
  targetNodeId: z.string(),
  tabSessionId: z.string(),
  lockLeaseMs: z.number().optional(),
});

const tab = { targetNodeId: z.string(), tabSessionId: z.string() };

/** relay → controller: the lease is yours, until `lockExpiresAt` (epoch milliseconds). */
export const lockEvent = z.looseObject({
  type: z.enum(['lock_acquired', 'lock_renewed']),
  ...tab,
  lockOwnerControllerId: z.string(),
  lockLeaseMs: z.number(),
  lockExpiresAt: z.number(),
});

/** relay → controller, beside the error `tab_locked`: who has it, and until when. */
export const lockConflictEvent = z.looseObject({
  type: z.literal('lock_conflict'),
  ...tab,
  lockOwnerControllerId: z.string(),
  lockExpiresAt: z.number(),
});

/** relay → controller: nobody holds the tab now. `lock_expired` comes by itself, with the id of the last `tab_lock`. */
export const lockReleasedEvent = z.looseObject({ type: z.enum(['lock_released', 'lock_expired']), ...tab });

export type TabLockPayload = z.infer<typeof tabLockPayload>;
export type LockEvent = z.infer<typeof lockEvent>;
export type LockConflictEvent = z.infer<typeof lockConflictEvent>;
export type LockReleasedEvent = z.infer<typeof lockReleasedEvent>;
