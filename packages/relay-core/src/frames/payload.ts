import { OttoError, isObject, type Envelope } from '@telepat/otto-protocol';

/** The payload of a frame as an object, or `invalid_envelope`. */
export function requireObjectPayload(frame: Envelope): Record<string, unknown> {
  if (!isObject(frame.payload)) {
    throw new OttoError('invalid_envelope', { message: `The payload of ${frame.messageType} must be an object.` });
  }
  return frame.payload;
}
