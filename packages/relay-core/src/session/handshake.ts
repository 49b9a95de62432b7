import {
  OttoError,
  helloPayload,
  type Envelope,
  type HelloAckPayload,
  toIsoTime,
  type HelloPayload,
  type Role,
} from '@telepat/otto-protocol';
import type { RelayConfig } from '../config.js';
import type { RelayTime } from './relay-time.js';

/**
 * What a client says of itself before it is authenticated. Nothing of it is registered anywhere: it only narrows what
 * its `auth` may claim.
 */
export class Handshake {
  /** The role that the upgrade named; without one the rules for controllers apply. */
  readonly role: Role;
  #hello: HelloPayload | undefined;

  constructor(role: Role | undefined) {
    this.role = role ?? 'controller';
  }

  get hello(): HelloPayload | undefined {
    return this.#hello;
  }

  /**
   * Takes `hello`.
   * @throws OttoError `already_initialized`, `invalid_hello`, `role_mismatch`
   */
  greet(frame: Envelope): void {
    if (this.#hello !== undefined) throw new OttoError('already_initialized');
    const payload = helloPayload.safeParse(frame.payload);
    if (!payload.success) {
      const problem = payload.error.issues[0];
      throw new OttoError('invalid_hello', { message: `hello: ${problem?.path.join('.')}: ${problem?.message}` });
    }
    if (payload.data.role !== this.role) throw new OttoError('role_mismatch');
    this.#hello = payload.data;
  }
}

/** The payload of `hello_ack`; clients correct their clock offset by `relayTime`. */
export function helloAck(config: RelayConfig, relayTime: RelayTime): HelloAckPayload {
  return {
    accepted: true,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    relayVersion: config.version,
    relayTime: toIsoTime(relayTime.now()),
  };
}
