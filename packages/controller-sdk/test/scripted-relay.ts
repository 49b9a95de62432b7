import { ManualClock } from '@telepat/otto-relay-core/testing';
import { MemoryNetwork, type FarEnd } from '@telepat/otto-relay-link/testing';
import type { Platform } from '../src/index.js';

/** A network whose far ends only the test answers for. */
export function scripted() {
  const clock = new ManualClock();
  const network = new MemoryNetwork();
  let ids = 0;
  const platform: Platform = {
    clock,
    random: () => 0.5,
    newId: (prefix) => `${prefix}_${(ids += 1)}`,
    fetch: () => Promise.reject(new Error('there is no HTTP in this world')),
    openSocket: network.openSocket,
  };
  return { clock, network, platform };
}

/** Lets the client at the other end in, as a relay does. */
export function acceptClient(far: FarEnd): void {
  far.accept();
  sendFrame(far, 'auth_ack', 'r', { accepted: true, scopes: [] });
}

/** One frame of the relay. */
export function sendFrame(far: FarEnd, messageType: string, requestId: string, payload: object): void {
  far.send(JSON.stringify({ protocolVersion: '1.0', messageType, requestId, senderRole: 'relay', payload }));
}

/** The frames of one type that the client sent here. */
export function framesOf(far: FarEnd, messageType: string): { requestId: string; payload: Record<string, unknown> }[] {
  return far.received
    .map((text): { messageType: string; requestId: string; payload: Record<string, unknown> } => JSON.parse(text))
    .filter((frame) => frame.messageType === messageType);
}
