import type { OwnerIds } from './pending-command.js';

/** At least this many of a node's newest requests are remembered, and at most twice as many. */
export const ENDED_REQUESTS_MIN = 1_024;

/** Nodes whose requests are remembered; one more pushes out the one that was heard of first. */
export const ENDED_NODES_MAX = 256;

/**
 * Whose the requests were that a node is done with, because it may still tell something about them. Each node has two
 * generations: when the younger one is full it takes the place of the older, so that nothing is ever searched.
 */
export class EndedRequests {
  readonly #byNode = new Map<string, Generations>();

  /** A request of this owner is over. The ids are kept as they are, not copied. */
  note(nodeId: string, requestId: string, owner: OwnerIds): void {
    const generations = this.#byNode.get(nodeId) ?? this.#open(nodeId);
    generations.younger.set(requestId, owner);
    if (generations.younger.size < ENDED_REQUESTS_MIN) return;
    generations.older = generations.younger;
    generations.younger = new Map();
  }

  ownerOf(nodeId: string, requestId: string): OwnerIds | undefined {
    const generations = this.#byNode.get(nodeId);
    return generations?.younger.get(requestId) ?? generations?.older.get(requestId);
  }

  #open(nodeId: string): Generations {
    const generations: Generations = { younger: new Map(), older: new Map() };
    this.#byNode.set(nodeId, generations);
    if (this.#byNode.size > ENDED_NODES_MAX) {
      for (const first of this.#byNode.keys()) {
        this.#byNode.delete(first);
        break;
      }
    }
    return generations;
  }
}

interface Generations {
  younger: Map<string, OwnerIds>;
  older: Map<string, OwnerIds>;
}
