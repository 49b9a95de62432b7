import { encodeFrame, makeFrame } from '@telepat/otto-protocol';
import type { NodeLink } from '../node/node-link.js';
import type { Clock } from '../ports/clock.js';
import type { DurableEntry } from './durable-entry.js';

/**
 * Keeps a node from ending a durable command before the last who waits for it does: the command itself told it the time
 * of the first only. A node that does not understand the event ends the command as it would have.
 */
export class NodeDeadlines {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It was sent, with the time that its first submission had. */
  sent(entry: DurableEntry, link: NodeLink, timeoutMs: number): void {
    entry.nodeEndsAt = this.#clock.ticks() + timeoutMs;
    this.putOff(entry, link);
  }

  /** Tells the node, if somebody waits for longer than it knows; of one that was sent by an earlier relay nothing is known. */
  putOff(entry: DurableEntry, link: NodeLink): void {
    let endsAt = -Infinity;
    for (const { acceptedAt, order } of entry.submissions) endsAt = Math.max(endsAt, acceptedAt + order.timeoutMs);
    const timeoutMs = endsAt - this.#clock.ticks();
    if (timeoutMs <= 0 || endsAt <= (entry.nodeEndsAt ?? -Infinity)) return;
    entry.nodeEndsAt = endsAt;
    entry.isPutOff = true;
    const { requestId } = entry;
    const payload = { type: 'command_deadline', targetRequestId: requestId, timeoutMs };
    link.send(encodeFrame(makeFrame('event', { requestId, senderRole: 'relay', payload })));
  }

  /** The node goes on over a newer connection: what it was told over the older one may have died with that. */
  moved(entry: DurableEntry, link: NodeLink): void {
    if (entry.isPutOff) this.tellAnew(entry, link);
  }

  /** Tells the node, whatever it was told before: nobody knows whether it heard that. It never shortens its time. */
  tellAnew(entry: DurableEntry, link: NodeLink): void {
    entry.nodeEndsAt = undefined;
    this.putOff(entry, link);
  }
}
