import { OttoError, refreshPayload, type Envelope } from '@telepat/otto-protocol';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from '../session/session.js';

/** Rotates a refresh token of the session's own identity. */
export function refreshTokens(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  session.count();
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
