import type { Facts, ModelCommand, ModelSession } from './facts.js';
import type { OwnCommands } from './own-commands.js';

/** Whose tabs are closed when, after the last session of their identity has ended. */
export class Orphans {
  readonly #facts: Facts;
  readonly #own: OwnCommands;
  /** By identity, in ticks. */
  readonly #dueAt = new Map<string, number>();
  /** Identities whose tabs were closed while some node still worked for them. */
  readonly #stillWorking = new Set<string>();

  constructor(facts: Facts, own: OwnCommands) {
    this.#facts = facts;
    this.#own = own;
  }

  get size(): number {
    return this.#dueAt.size;
  }

  isWaitingFor(identity: string): boolean {
    return this.#dueAt.has(identity);
  }

  /** A session of an identity ended. */
  left({ identity, keepTabsMs }: ModelSession): void {
    if (this.#facts.sessionsOf(identity).length > 0) return;
    this.returned(identity);
    this.#dueAt.set(identity, this.#facts.now + (keepTabsMs ?? this.#facts.rules.orphanGraceMs));
  }

  returned(identity: string): void {
    this.#dueAt.delete(identity);
    this.#stillWorking.delete(identity);
  }

  due(): void {
    for (const [identity, dueAt] of this.#dueAt) if (dueAt <= this.#facts.now) this.closeNow(identity);
  }

  closeNow(identity: string): void {
    this.returned(identity);
    for (const nodeId of this.#facts.nodes.keys()) this.#own.oweCloseOwned(nodeId, identity);
    if (this.#worksFor(identity)) this.#stillWorking.add(identity);
  }

  /** A node is done with a command: what it did after the clean-up is cleaned up as well. */
  workEnded({ session, nodeId }: ModelCommand): void {
    const { identity } = session;
    if (!this.#stillWorking.has(identity)) return;
    if (!this.#worksFor(identity)) this.#stillWorking.delete(identity);
    if (!this.#worksFor(identity, nodeId)) this.#own.oweCloseOwned(nodeId, identity);
  }

  forget(): void {
    this.#dueAt.clear();
    this.#stillWorking.clear();
  }

  #worksFor(identity: string, nodeId?: string): boolean {
    for (const command of this.#facts.liveCommands()) {
      if (command.session.identity !== identity) continue;
      if (nodeId === undefined || command.nodeId === nodeId) return true;
    }
    return false;
  }
}
