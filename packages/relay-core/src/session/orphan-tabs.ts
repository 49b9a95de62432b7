import { ID_PREFIXES, encodeFrame, makeFrame } from '@telepat/otto-protocol';
import type { RelayConfig } from '../config.js';
import type { LogBook } from '../logs/log-book.js';
import type { NodeChannel } from '../node/node-channel.js';
import type { NodeDirectory } from '../node/node-directory.js';
import { PendingCommand, type CommandOwner } from '../node/pending-command.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { IdentityLedger } from './identity-ledger.js';

/** How long a node may take to close the tabs of a controller that left. */
const CLOSE_OWNED_TIMEOUT_MS = 10_000;

/**
 * Closes the tabs of identities whose last session has ended. A grace lets a reconnect pass unnoticed, and a controller
 * that wants its tabs to live on may have asked for a longer one.
 */
export class OrphanTabs {
  readonly #options: OrphanTabsOptions;
  /** By identity: a ledger may be forgotten and made anew while its tabs are kept. */
  readonly #waiting = new Map<string, Timer>();
  /** Identities whose clean-up went out while some node still worked for them: they get another one there. */
  readonly #cleaned = new Set<IdentityLedger>();

  constructor(options: OrphanTabsOptions) {
    this.#options = options;
  }

  /** How many clean-ups are due. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** The last session of an identity ended. */
  left(ledger: IdentityLedger, keepTabsMs: number | undefined): void {
    this.returned(ledger);
    const graceMs = keepTabsMs ?? this.#options.config.orphanGraceMs;
    this.#waiting.set(
      ledger.key,
      this.#options.clock.after(graceMs, () => this.closeNow(ledger)),
    );
  }

  /** A session of the identity is there again: its tabs stay. */
  returned(ledger: IdentityLedger): void {
    this.#waiting.get(ledger.key)?.cancel();
    this.#waiting.delete(ledger.key);
    this.#cleaned.delete(ledger);
  }

  /** Closes the identity's tabs at every connected node. */
  closeNow(ledger: IdentityLedger): void {
    this.returned(ledger);
    for (const channel of this.#options.nodes.all()) this.#dispatch(ledger.key, channel);
    if (ledger.commands.size > 0) this.#cleaned.add(ledger);
  }

  /** A node is done with a command: if that was the last one of an identity that left, it may have opened tabs since. */
  workEnded(ledger: IdentityLedger, nodeId: string): void {
    if (!this.#cleaned.has(ledger)) return;
    if (ledger.commands.size === 0) this.#cleaned.delete(ledger);
    const channel = this.#options.nodes.get(nodeId);
    if (channel !== undefined && !ledger.worksAt(nodeId)) this.#dispatch(ledger.key, channel);
  }

  close(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
    this.#cleaned.clear();
  }

  #dispatch(controllerClientId: string, channel: NodeChannel): void {
    const { clock, ids, log } = this.#options;
    const requestId = ids.next(ID_PREFIXES.request);
    const payload = {
      targetNodeId: channel.nodeId,
      action: 'primitive.tab.close_owned',
      payload: { controllerClientId },
      timeoutMs: CLOSE_OWNED_TIMEOUT_MS,
    };
    const text = encodeFrame(makeFrame('command', { requestId, senderRole: 'relay', payload }));
    const { nodeId } = channel;
    const order = {
      requestId,
      traceId: undefined,
      nodeId,
      action: payload.action,
      lane: undefined,
      tabSessionId: undefined,
      waits: false,
      timeoutMs: CLOSE_OWNED_TIMEOUT_MS,
      readOnly: true,
      text,
      byteLength: text.length,
    };
    try {
      channel.submit(new PendingCommand(order, silentOwner, clock.ticks()));
    } catch (refusal) {
      const status = refusal instanceof Error ? refusal.message : String(refusal);
      log.write({ level: 'error', source: 'relay', type: 'error', requestId, nodeId, action: order.action, status });
      return;
    }
    const type = 'orphan_tab_cleanup_dispatched';
    log.write({ level: 'info', source: 'relay', type, requestId, nodeId, data: { controllerClientId } });
  }
}

/** The relay's own commands have nobody to report to: the dispatch is logged, and the node logs what it closed. */
const silentOwner: CommandOwner = {
  reserveQueuePlace: ignore,
  leaveQueue: ignore,
  reserveFlight: ignore,
  refusal: () => undefined,
  acknowledge: ignore,
  settle: ignore,
  released: ignore,
};

function ignore(): void {
  // Nothing depends on it.
}

export interface OrphanTabsOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: LogBook;
  readonly nodes: NodeDirectory;
}
