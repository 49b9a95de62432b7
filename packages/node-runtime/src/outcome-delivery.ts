import type { DurableRecords } from './durable-records.js';
import type { FrameLimit } from './frame-limit.js';
import type { NodeCommand } from './node-command.js';
import type { LogToHost } from './node-log.js';
import { Outbox, type KeptOutcome } from './outbox.js';
import { tooLarge, type Terminal } from './outcome.js';

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

  /** It turned out that the relay takes less: what is too large for it would cut every connection to come. */
  limitChanged(): void {
    const { limit, records } = this.#ports;
    for (const { command, text } of this.#outbox.all()) {
      if (limit.fits(text)) continue;
      const terminal = tooLarge(command);
      records.end(command, terminal);
      this.deliver(command, terminal);
    }
  }

  #send(outcome: KeptOutcome): void {
    if (this.#ports.send(outcome.text, () => this.#outbox.arrived(outcome))) outcome.isSent = true;
  }
}

export interface OutcomeDeliveryPorts {
  readonly records: DurableRecords;
  readonly limit: Pick<FrameLimit, 'fits'>;
  readonly log: LogToHost;
  /** Sends a frame if the relay is there; `received` runs when that has surely got it. */
  send(text: string, received: () => void): boolean;
}
