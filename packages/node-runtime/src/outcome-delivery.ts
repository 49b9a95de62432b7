import { OttoError } from '@telepat/otto-protocol';
import { UNAUTHENTICATED_FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { DurableRecords } from './durable-records.js';
import type { NodeCommand } from './node-command.js';
import type { LogToHost } from './node-log.js';
import { Outbox, type KeptOutcome } from './outbox.js';
import { failed, terminalOf, type Terminal } from './outcome.js';

/** Brings outcomes to the relay: at once where there is one, and again until it has surely got them. */
export class OutcomeDelivery {
  readonly #ports: OutcomeDeliveryPorts;
  readonly #outbox = new Outbox();

  constructor(ports: OutcomeDeliveryPorts) {
    this.#ports = ports;
  }

  deliver(command: NodeCommand, { text }: Terminal): void {
    // Without its input, which may be large.
    const outcome = { command: { ...command, input: {} }, text, isSent: false };
    for (const dropped of this.#outbox.keep(outcome)) {
      // What was sent has arrived, as far as anybody knows.
      const { requestId } = dropped.command;
      if (!dropped.isSent) this.#ports.log({ level: 'warn', type: 'outcome_dropped', requestId });
    }
    this.#send(outcome);
  }

  /** A relay that gives an id to a new command is done with the older one of that id. */
  idIsTaken(requestId: string): void {
    this.#outbox.forget(requestId);
  }

  /** The connection is back: what may have been lost with the old one goes first. */
  linkReturned(): void {
    for (const outcome of this.#outbox.all()) this.#send(outcome);
  }

  /**
   * The relay closed the connection because of a frame that was larger than it takes. Sent again, it would cut every
   * connection to come, so the largest outcome that has not arrived becomes an error that says so. If it was another
   * one, that is the largest next time.
   */
  frameWasTooLarge(): void {
    const sent = this.#outbox.all().filter(({ isSent }) => isSent);
    const [first, ...others] = sent;
    if (first === undefined) return;
    const { command, text } = others.reduce((a, b) => (b.text.length > a.text.length ? b : a), first);
    if (text.length * UTF8_BYTES_MAX <= UNAUTHENTICATED_FRAME_BYTES_MAX) return;
    const tooLarge = terminalOf(command, failed(command, new OttoError('content_too_large'), { mayHaveEffect: true }));
    this.#ports.records.end(command, tooLarge);
    this.deliver(command, tooLarge);
  }

  #send(outcome: KeptOutcome): void {
    if (this.#ports.send(outcome.text, () => this.#outbox.arrived(outcome))) outcome.isSent = true;
  }
}

/** Characters become at most so many bytes each. */
const UTF8_BYTES_MAX = 3;

export interface OutcomeDeliveryPorts {
  readonly records: DurableRecords;
  readonly log: LogToHost;
  /** Sends a frame if the relay is there; `received` runs when that has surely got it. */
  send(text: string, received: () => void): boolean;
}
