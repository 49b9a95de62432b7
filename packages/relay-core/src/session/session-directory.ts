import type { Session } from './session.js';

/** Every live session, and which of them stand on which refresh family. */
export class SessionDirectory {
  readonly #sessions = new Set<Session>();
  readonly #bySid = new Map<string, Set<Session>>();

  add(session: Session): void {
    this.#sessions.add(session);
    const { sid } = session.identity;
    if (sid === undefined) return;
    const family = this.#bySid.get(sid) ?? new Set();
    family.add(session);
    this.#bySid.set(sid, family);
  }

  remove(session: Session): void {
    this.#sessions.delete(session);
    const { sid } = session.identity;
    if (sid === undefined) return;
    const family = this.#bySid.get(sid);
    family?.delete(session);
    if (family?.size === 0) this.#bySid.delete(sid);
  }

  has(session: Session): boolean {
    return this.#sessions.has(session);
  }

  all(): Session[] {
    return [...this.#sessions];
  }

  ofFamily(sid: string): Session[] {
    return [...(this.#bySid.get(sid) ?? [])];
  }
}
