import { OttoError, type Envelope } from '@telepat/otto-protocol';
import { authAck, identityOf } from '../session/authentication.js';
import { identityKey, type Identity } from '../access/identity.js';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from '../session/session.js';

/** Long enough for any token to be verified. */
const RETRY_AFTER_MS = 1_000;

/**
 * A second `auth` on a session: it must carry the same identity, and changes scopes and expiry only. One is verified at
 * a time; commands that follow it do not wait for it, because the session stands either way.
 */
export function renewAuth(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  if (session.isRenewing) {
    const message = 'Another auth of this connection is being verified.';
    const error = new OttoError('rate_limited', { effect: 'none', message, retryAfterMs: RETRY_AFTER_MS });
    session.fail(frame, error, { isAuth: true });
    return;
  }
  session.isRenewing = true;
  identityOf(frame, session.identity, rooms.access)
    .then((verified) => {
      if (!session.isOpen) return;
      const identity = rooms.access.tokens.current(verified);
      if (identity === undefined) throw new OttoError('invalid_access_token');
      if (!isSame(identity, session.identity)) {
        throw new OttoError(identity.role === 'node' ? 'node_mismatch' : 'role_mismatch');
      }
      const { scopes, expiresAt } = identity;
      session.renew({ ...session.identity, scopes, expiresAt });
      session.reply('auth_ack', frame, authAck(session.identity, rooms.config.version));
      rooms.subscriptions.scopesChanged(session);
    })
    .catch((thrown: unknown) => {
      if (!(thrown instanceof OttoError)) rooms.reportBug(thrown);
      session.fail(frame, OttoError.from(thrown), { isAuth: true });
    })
    .finally(() => {
      session.isRenewing = false;
    });
}

function isSame(a: Identity, b: Identity): boolean {
  return identityKey(a) === identityKey(b) && a.clientId === b.clientId && a.nodeId === b.nodeId;
}
