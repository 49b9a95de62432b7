import { demand } from '../invariants.js';
import { isHeard, type Facts, type ModelSession } from './facts.js';
import type { Fates } from './fates.js';
import type { Locks } from './locks.js';

/** How late the relay may notice that a grant has expired, when the wall clock was moved. */
const NOTICE_MS_MAX = 1_000;

/** Grants that have expired by the wall clock, and whether the relay has noticed. */
export class Lapses {
  readonly #facts: Facts;
  readonly #fates: Fates;
  readonly #locks: Locks;
  /** `client node` → since when, in ticks. */
  readonly #since = new Map<string, number>();

  constructor({ facts, fates, locks }: { facts: Facts; fates: Fates; locks: Locks }) {
    this.#facts = facts;
    this.#fates = fates;
    this.#locks = locks;
  }

  /** Looks at the wall clock. */
  look(): void {
    const { grants, now, time } = this.#facts;
    for (const key of this.#since.keys()) if (!grants.has(key)) this.#since.delete(key);
    for (const [key, expiresAt] of grants) {
      if (time.wall < expiresAt) this.#since.delete(key);
      else if (!this.#since.has(key)) this.#since.set(key, now);
    }
  }

  /** The log says that the relay has noticed. */
  noticed(clientId: string, nodeId: string): void {
    const key = `${clientId} ${nodeId}`;
    if (!this.#since.delete(key)) return;
    this.#facts.grants.delete(key);
    for (const session of this.#facts.sessionsOf(clientId)) this.#locks.releaseOf(session, nodeId);
    this.#demandEnded(clientId, nodeId);
  }

  /** A new grant stands in the place of what lapsed. */
  renewed(clientId: string, nodeId: string): void {
    this.#since.delete(`${clientId} ${nodeId}`);
  }

  /** A relay that starts drops what has expired. */
  forget(): void {
    const { grants, time } = this.#facts;
    for (const [key, expiresAt] of grants) if (expiresAt <= time.wall) grants.delete(key);
    this.#since.clear();
  }

  demandNoticed(): void {
    for (const [key, since] of this.#since) {
      const isLate = this.#facts.now - since > NOTICE_MS_MAX;
      demand(!isLate, 'granted', () => `the grant ${key} has expired, and the relay has not noticed`);
    }
  }

  /** Nothing stands on a grant that is over. */
  #demandEnded(clientId: string, nodeId: string): void {
    const isOf = (session: ModelSession): boolean => session.person.clientId === clientId;
    for (const command of this.#facts.nodes.get(nodeId)?.commands.values() ?? []) {
      if (!isOf(command.session)) continue;
      const isStopped = command.stopAt !== undefined && !isHeard(command);
      if (isStopped) this.#fates.lapsed(command);
      demand(command.isSettled, 'granted', () => `${command.id} goes on without a grant`);
    }
    for (const { id, nodeId: at, session } of [...this.#facts.listeners(), ...this.#facts.streams()]) {
      demand(!isOf(session) || at !== nodeId, 'granted', () => `${id} is heard without a grant`);
    }
  }
}
