import * as z from 'zod';
import { MESSAGE_TYPES, SENDER_ROLES } from './envelope.js';
import { KEPT_STRING_LENGTH_MAX } from './limits.js';

/**
 * The envelope of every frame, as documentation and for tools. The codec checks the same by hand, because it does so
 * for every frame; a test holds the two together. It has a file of its own so that the codec needs no schema library.
 */
export const envelopeSchema = z.looseObject({
  protocolVersion: z.string(),
  messageType: z.enum(MESSAGE_TYPES),
  requestId: z.string().min(1).max(KEPT_STRING_LENGTH_MAX),
  traceId: z.string().max(KEPT_STRING_LENGTH_MAX).optional(),
  // Whatever is no traceparent is as good as none.
  traceparent: z.unknown().optional(),
  timestamp: z.unknown().optional(),
  senderRole: z.enum(SENDER_ROLES),
  // A missing payload is for the message type to refuse, with a code of its own.
  payload: z.unknown().optional(),
});
