import type { Facts, Frame, ModelCommand, OwnCommand } from './facts.js';
import type { OwnCommands } from './own-commands.js';

/** How long after a node has come those may come back whose tabs are on record there. */
const CHECK_MS = 600_000;

/** Who has opened tabs at which node: on record over restarts, until the node has closed them. */
export class TabRecords {
  readonly #facts: Facts;
  readonly #own: OwnCommands;
  readonly #owners = new Map<string, { readonly identity: string; readonly nodeId: string }>();
  /** In ticks: when this relay has seen the newest tab of an owner. */
  readonly #openedAt = new Map<string, number>();
  /** By node, in ticks: when those without a session lose their tabs. */
  readonly #checkAt = new Map<string, number>();

  constructor(facts: Facts, own: OwnCommands) {
    this.#facts = facts;
    this.#own = own;
  }

  get size(): number {
    return this.#owners.size;
  }

  has(identity: string, nodeId: string): boolean {
    return this.#owners.has(keyOf(identity, nodeId));
  }

  /** A node says how a command ended. */
  answered({ action, nodeId, session }: ModelCommand, outcome: Frame): void {
    this.ended({ action, nodeId, identity: session.identity }, outcome);
  }

  /** The same of what an identity asked for at some time. */
  ended({ action, identity, nodeId }: Opening, { messageType, payload }: Frame): void {
    if (action !== 'primitive.tab.open' || messageType !== 'result' || payload['ok'] !== true) return;
    this.#owners.set(keyOf(identity, nodeId), { identity, nodeId });
    this.#openedAt.set(keyOf(identity, nodeId), this.#facts.now);
  }

  /** A node has done what the relay asked of it. */
  ownAnswered({ action, input, sentAt }: OwnCommand, nodeId: string, { messageType }: Frame): void {
    if (action !== 'primitive.tab.close_owned' || messageType !== 'result') return;
    const key = keyOf(String(input['controllerClientId']), nodeId);
    // A tab that was opened since then is still there.
    if ((this.#openedAt.get(key) ?? -Infinity) < sentAt) this.#owners.delete(key);
  }

  nodeCame(nodeId: string): void {
    this.#checkAt.set(nodeId, this.#facts.now + CHECK_MS);
  }

  awaitsCheck(nodeId: string): boolean {
    return this.#checkAt.has(nodeId);
  }

  nodeLeft(nodeId: string): void {
    this.#checkAt.delete(nodeId);
  }

  /** `isExpected` names those whose clean-up is due at another time. */
  due(isExpected: (identity: string) => boolean): void {
    for (const [nodeId, checkAt] of this.#checkAt) {
      if (checkAt > this.#facts.now) continue;
      this.#checkAt.delete(nodeId);
      for (const owner of this.#owners.values()) {
        const isThere = this.#facts.sessionsOf(owner.identity).length > 0 || isExpected(owner.identity);
        if (owner.nodeId === nodeId && !isThere) this.#own.oweCloseOwned(nodeId, owner.identity);
      }
    }
  }

  nextDueAt(): number {
    return Math.min(...this.#checkAt.values(), Infinity);
  }

  /** The relay starts anew; the records stay. */
  forget(): void {
    this.#checkAt.clear();
    this.#openedAt.clear();
  }
}

/** Who asked for what, where. */
export interface Opening {
  readonly action: string;
  readonly identity: string;
  readonly nodeId: string;
}

function keyOf(identity: string, nodeId: string): string {
  return `${nodeId} ${identity}`;
}
