import { OttoError, refreshPayload, type Envelope } from '@telepat/otto-protocol';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from '../session/session.js';

/** Rotates a refresh token of the session's own identity. */
export function refreshTokens(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  countFrame(session, rooms);
  const payload = refreshPayload.safeParse(frame.payload);
  if (!payload.success) throw new OttoError('missing_refresh_token');

  rooms.access.tokens
    .refresh(payload.data.refreshToken, { of: session.identity })
    .then((pair) => session.reply('refresh_ack', frame, pair))
    .catch((thrown: unknown) => {
      if (!(thrown instanceof OttoError)) rooms.reportBug(thrown);
      session.fail(frame, OttoError.from(thrown));
    });
}

/** Takes a token of the identity's rate limit, or throws `rate_limited`. */
export function countFrame(session: Session, rooms: RelayRooms): void {
  const retryAfterMs = session.ledger.bucket.take(rooms.clock.ticks());
  if (retryAfterMs > 0) throw new OttoError('rate_limited', { effect: 'none', retryAfterMs });
}
