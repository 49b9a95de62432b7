import { OttoError, type Envelope, type MessageType } from '@telepat/otto-protocol';
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

/** What an authenticated peer may send, and who handles it: one row per message type. */
const FRAMES: Readonly<Record<MessageType, FrameHandler>> = {
  hello: () => {
    throw new OttoError('already_initialized');
  },
  auth: renewAuth,
  refresh: refreshTokens,
  command: admitCommand,
  command_cancel: cancelCommand,
  tab_lock: lockTab,
  tab_unlock: unlockTab,
  result: takeOutcome,
  error: takeOutcome,
  event: takeEvent,
  ping: answerPing,
  pong: takePong,
  hello_ack: onlyFromRelay,
  auth_ack: onlyFromRelay,
  refresh_ack: onlyFromRelay,
};

/** The handler of a message type. */
export function rowFor(messageType: MessageType): FrameHandler {
  return FRAMES[messageType];
}

/** Handles one frame of an authenticated peer; what it throws is answered with an error. */
export type FrameHandler = (session: Session, frame: Envelope, bytes: Uint8Array, rooms: RelayRooms) => void;

function onlyFromRelay(): void {
  throw new OttoError('forbidden_role', { message: 'Only the relay sends this frame.' });
}
