import type { Facts, Frame, ModelCommand, ModelSession } from './facts.js';
import type { OwnCommands } from './own-commands.js';
import { isOk } from './subscriptions.js';
import type { Opening, TabRecords } from './tab-records.js';

/** Whose tabs are closed when, after the last session of their identity has ended. */
export class Orphans {
  readonly #facts: Facts;
  readonly #own: OwnCommands;
  readonly #records: TabRecords;
  /** By identity, in ticks. */
  readonly #dueAt = new Map<string, number>();
  /** Identities whose tabs were closed while some node still worked for them. */
  readonly #stillWorking = new Set<string>();

  constructor(facts: Facts, own: OwnCommands, records: TabRecords) {
    this.#facts = facts;
    this.#own = own;
    this.#records = records;
  }

  get size(): number {
    return this.#dueAt.size;
  }

  nextDueAt(): number {
    return Math.min(...this.#dueAt.values(), this.#records.nextDueAt());
  }

  /** A session of an identity ended. */
  left(session: ModelSession): void {
    const { identity, keepTabsMs } = session;
    // Those of a client that was removed have been closed at once.
    if (this.#facts.sessionsOf(identity).length > 0 || this.#facts.isRemoved(session)) return;
    this.returned(identity);
    this.#dueAt.set(identity, this.#facts.now + (keepTabsMs ?? this.#facts.rules.orphanGraceMs));
  }

  returned(identity: string): void {
    this.#dueAt.delete(identity);
    this.#stillWorking.delete(identity);
  }

  due(): void {
    for (const [identity, dueAt] of this.#dueAt) if (dueAt <= this.#facts.now) this.#closeNow(identity);
    this.#records.due((identity) => this.#dueAt.has(identity));
  }

  /** A client was removed: of one that the relay has not seen for long, only what is on record must be closed. */
  removed(identity: string): void {
    const isThere =
      this.#facts.sessionsOf(identity).length > 0 || this.#worksFor(identity) || this.#dueAt.has(identity);
    if (isThere) return this.#closeNow(identity);
    for (const nodeId of this.#facts.nodes.keys()) {
      this.#own.oweCloseOwned(nodeId, identity, { isOptional: !this.#records.has(identity, nodeId) });
    }
  }

  #closeNow(identity: string): void {
    this.returned(identity);
    for (const nodeId of this.#facts.nodes.keys()) this.#own.oweCloseOwned(nodeId, identity);
    if (this.#worksFor(identity)) this.#stillWorking.add(identity);
  }

  /** A node says that a command has opened a tab which is over for everybody. */
  openedLate({ action, identity, nodeId }: Opening, frame: Frame): void {
    if (action !== 'primitive.tab.open' || !isOk(frame)) return;
    if (this.#facts.sessionsOf(identity).length > 0 || this.#dueAt.has(identity)) return;
    // One that this relay has not seen may have to wait for the check after the node's coming.
    this.#own.oweCloseOwned(nodeId, identity, { isOptional: this.#records.awaitsCheck(nodeId) });
  }

  /** A node is done with a command: what it did after the clean-up is cleaned up as well. */
  workEnded({ isRouted, session, nodeId }: ModelCommand): void {
    const { identity } = session;
    if (!isRouted || !this.#stillWorking.has(identity)) return;
    if (!this.#worksFor(identity)) this.#stillWorking.delete(identity);
    if (!this.#worksFor(identity, nodeId)) this.#own.oweCloseOwned(nodeId, identity);
  }

  forget(): void {
    this.#dueAt.clear();
    this.#stillWorking.clear();
    this.#records.forget();
  }

  #worksFor(identity: string, nodeId?: string): boolean {
    for (const command of this.#facts.liveCommands()) {
      // Those that wait end with the session.
      if (command.session.identity !== identity || !command.isRouted) continue;
      if (nodeId === undefined || command.nodeId === nodeId) return true;
    }
    return false;
  }
}
