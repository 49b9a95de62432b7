import { ID_PREFIXES, encodeFrame, makeFrame, type ExchangeIds } from '@telepat/otto-protocol';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { NodeChannel } from './node-channel.js';
import { OutgoingText } from './outgoing-text.js';
import { PendingCommand, type CommandOwner, type OwnerIds, type Settlement } from './pending-command.js';

/** How long a node may take for a command of the relay's own that names no time. */
const TIMEOUT_MS_DEFAULT = 10_000;

/** Sends the relay's own commands to nodes: they need no grant, no scope and no place in a queue. */
export class RelayCommands {
  readonly #clock: Clock;
  readonly #ids: IdGenerator;

  constructor(clock: Clock, ids: IdGenerator) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /**
   * Sends one; `settled` hears how it ended.
   * @returns its requestId
   */
  send(channel: NodeChannel, order: RelayOrder, settled?: (settlement: Settlement) => void): string {
    const requestId = this.#ids.next(ID_PREFIXES.request);
    const { action, input, timeoutMs = TIMEOUT_MS_DEFAULT } = order;
    const { traceId, traceparent } = order.trace ?? {};
    const payload = { targetNodeId: channel.nodeId, action, payload: input, timeoutMs };
    const text = encodeFrame(makeFrame('command', { requestId, traceId, traceparent, senderRole: 'relay', payload }));
    const command = new PendingCommand(
      {
        requestId,
        traceId,
        traceparent,
        nodeId: channel.nodeId,
        action,
        lane: undefined,
        tabSessionId: undefined,
        subject: undefined,
        waits: false,
        timeoutMs,
        readOnly: true,
        durable: undefined,
        outgoing: new OutgoingText(text),
        byteLength: text.length,
      },
      new RelayOwner(settled),
      this.#clock.ticks(),
    );
    channel.submitOwn(command);
    return requestId;
  }
}

/** Owner of the relay's own commands: there is no one to acknowledge anything to. */
class RelayOwner implements CommandOwner {
  readonly #settled: ((settlement: Settlement) => void) | undefined;

  constructor(settled: ((settlement: Settlement) => void) | undefined) {
    this.#settled = settled;
  }

  settle(_command: PendingCommand, settlement: Settlement): void {
    this.#settled?.(settlement);
  }

  get isRelay(): true {
    return true;
  }

  get holders(): readonly object[] {
    return [];
  }

  isHolder(): false {
    return false;
  }

  logIds(): OwnerIds {
    return {};
  }

  prepare(_command: PendingCommand, ready: () => void): void {
    ready();
  }

  refusal(): undefined {
    return undefined;
  }

  reserveQueuePlace(): void {}
  leaveQueue(): void {}
  reserveFlight(): void {}
  acknowledge(): void {}
  released(): void {}
}

export interface RelayOrder {
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly timeoutMs?: number;
  /** Of the command because of which it is sent. */
  readonly trace?: Omit<ExchangeIds, 'requestId'>;
}
