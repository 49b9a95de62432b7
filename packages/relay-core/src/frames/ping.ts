import type { Envelope } from '@telepat/otto-protocol';
import type { Session } from '../session/session.js';
import { requireObjectPayload } from './payload.js';

/** Answers `ping` with `pong` of the same `requestId`. That it came is a sign of life already. */
export function answerPing(session: Session, frame: Envelope): void {
  requireObjectPayload(frame);
  session.reply('pong', frame, { ok: true });
}

/** A `pong` is a sign of life, and that is all. */
export function takePong(_session: Session, frame: Envelope): void {
  requireObjectPayload(frame);
}
