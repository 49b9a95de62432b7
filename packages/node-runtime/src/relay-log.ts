import { encodeFrame, makeFrame, toIsoTime, type ExtensionLogEvent, type IdPrefix } from '@telepat/otto-protocol';
import { extensionLogOf, type NodeLogEntry } from './node-log.js';

/** Entries that wait for a connection; the oldest give way. */
export const WAITING_ENTRIES_MAX = 100;

/** Writes the node's entries into the operation log of the relay; what happens while that is away, when it is back. */
export class RelayLog {
  readonly #ports: RelayLogPorts;
  #waiting: { readonly event: ExtensionLogEvent; readonly traceId: string | undefined }[] = [];

  constructor(ports: RelayLogPorts) {
    this.#ports = ports;
  }

  write(entry: NodeLogEntry): void {
    const event = extensionLogOf(entry);
    if (event === undefined || this.#send(event, entry.traceId)) return;
    const timestamp = toIsoTime(this.#ports.now());
    this.#waiting.push({ event: { ...event, entry: { ...event.entry, timestamp } }, traceId: entry.traceId });
    if (this.#waiting.length > WAITING_ENTRIES_MAX) this.#waiting.shift();
  }

  linkReturned(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { event, traceId } of waiting) this.#send(event, traceId);
  }

  #send(payload: ExtensionLogEvent, traceId: string | undefined): boolean {
    const requestId = this.#ports.newId('req');
    return this.#ports.send(encodeFrame(makeFrame('event', { requestId, traceId, senderRole: 'node', payload })));
  }
}

export interface RelayLogPorts {
  newId(prefix: IdPrefix): string;
  /** The relay's wall time, in epoch milliseconds. */
  now(): number;
  /** Sends a frame if the relay is there. */
  send(text: string): boolean;
}
