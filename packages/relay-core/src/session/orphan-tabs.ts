import type { RelayConfig } from '../config.js';
import type { LogBook } from '../logs/log-book.js';
import type { NodeChannel } from '../node/node-channel.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { OwnerIds } from '../node/pending-command.js';
import type { RelayCommands } from '../node/relay-commands.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { IdentityLedger } from './identity-ledger.js';

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

  isWaiting(identity: string): boolean {
    return this.#waiting.has(identity);
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
    this.#stopWaiting(ledger.key);
    this.#cleaned.delete(ledger);
  }

  /** Closes the identity's tabs at every connected node. */
  closeNow(ledger: IdentityLedger): void {
    this.returned(ledger);
    this.closeEverywhere(ledger.key);
    if (ledger.commands.size > 0) this.#cleaned.add(ledger);
  }

  /** The same for one that may have been away for so long that it has no ledger any more. */
  closeEverywhere(identity: string): void {
    this.#stopWaiting(identity);
    for (const channel of this.#options.nodes.all()) this.#dispatch(identity, channel);
  }

  /** A node is done with a command: if that was the last one of an identity that left, it may have opened tabs since. */
  workEnded(ledger: IdentityLedger, nodeId: string): void {
    if (!this.#cleaned.has(ledger)) return;
    if (ledger.commands.size === 0) this.#cleaned.delete(ledger);
    const channel = this.#options.nodes.get(nodeId);
    if (channel !== undefined && !ledger.worksAt(nodeId)) this.#dispatch(ledger.key, channel);
  }

  /** A tab was opened by a command that was over for everybody: its identity may have been cleaned up after before. */
  openedLate(identity: string, nodeId: string): void {
    if (!this.#options.mayComeBack(identity, nodeId)) this.closeUnlessKept(identity, nodeId);
  }

  /** Closes the tabs that an identity has at one node, unless it is there or they are kept for it. */
  closeUnlessKept(identity: string, nodeId: string): void {
    if (this.#options.isThere(identity) || this.isWaiting(identity)) return;
    const channel = this.#options.nodes.get(nodeId);
    if (channel !== undefined) this.#dispatch(identity, channel);
  }

  close(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
    this.#cleaned.clear();
  }

  #stopWaiting(identity: string): void {
    this.#waiting.get(identity)?.cancel();
    this.#waiting.delete(identity);
  }

  #dispatch(controllerClientId: string, channel: NodeChannel): void {
    const { closed, idsOf, log, relayCommands } = this.#options;
    const { nodeId } = channel;
    const input = { controllerClientId };
    const order = { action: 'primitive.tab.close_owned', input };
    const dispatchedAt = this.#options.clock.ticks();
    const requestId = relayCommands.send(channel, order, (settlement) => {
      if (settlement.by === 'node' && settlement.frame.messageType === 'result')
        closed(controllerClientId, nodeId, dispatchedAt);
    });
    const type = 'orphan_tab_cleanup_dispatched';
    log.write({ level: 'info', source: 'relay', type, requestId, nodeId, ...idsOf(controllerClientId) });
  }
}

export interface OrphanTabsOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly log: LogBook;
  readonly nodes: NodeDirectory;
  readonly relayCommands: RelayCommands;
  /** Whether an identity has a session. */
  readonly isThere: (identity: string) => boolean;
  /** Whether one that is not there still has time to find its tabs again at a node. */
  readonly mayComeBack: (identity: string, nodeId: string) => boolean;
  readonly idsOf: (identity: string) => OwnerIds;
  /** A node has closed all tabs of an identity. */
  readonly closed: (controllerClientId: string, nodeId: string, dispatchedAt: number) => void;
}
