import { OttoError, ROLES, type Envelope, type MessageType, type Role } from '@telepat/otto-protocol';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from '../session/session.js';
import { renewAuth } from './auth.js';
import { cancelCommand } from './command-cancel.js';
import { admitCommand } from './command.js';
import { takeEvent } from './event.js';
import { takeOutcome } from './outcome.js';
import { answerPing, takePong } from './ping.js';
import { refreshTokens } from './refresh.js';
import { lockTab, unlockTab } from './tab-lock.js';

const BOTH = ROLES;

/**
 * What an authenticated peer may send, and who handles it: one row per message type. What comes from a role that has no
 * business with it counts towards its rate limit, whatever it is.
 */
const FRAMES: Readonly<Record<MessageType, FrameRow>> = {
  hello: { from: BOTH, handle: sayHelloTwice },
  auth: { from: BOTH, handle: renewAuth },
  refresh: { from: BOTH, handle: refreshTokens },
  command: { from: ['controller'], handle: admitCommand },
  command_cancel: { from: ['controller'], handle: cancelCommand },
  tab_lock: { from: ['controller'], handle: lockTab },
  tab_unlock: { from: ['controller'], handle: unlockTab },
  result: { from: ['node'], handle: takeOutcome },
  error: { from: ['node'], handle: takeOutcome },
  event: { from: BOTH, handle: takeEvent },
  ping: { from: BOTH, handle: answerPing },
  pong: { from: BOTH, handle: takePong },
  hello_ack: { from: [], handle: refuseRelayFrame },
  auth_ack: { from: [], handle: refuseRelayFrame },
  refresh_ack: { from: [], handle: refuseRelayFrame },
};

/** The row of a message type. */
export function rowFor(messageType: MessageType): FrameRow {
  return FRAMES[messageType];
}

interface FrameRow {
  readonly from: readonly Role[];
  readonly handle: FrameHandler;
}

/** Handles one frame of an authenticated peer; what it throws is answered with an error. */
export type FrameHandler = (session: Session, frame: Envelope, bytes: Uint8Array, rooms: RelayRooms) => void;

function sayHelloTwice(): void {
  throw new OttoError('already_initialized');
}

function refuseRelayFrame(): void {
  throw new OttoError('forbidden_role', { message: 'Only the relay sends this frame.' });
}
