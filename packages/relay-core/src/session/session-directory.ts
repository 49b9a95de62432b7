import type { Session } from './session.js';

/** Every live session, and which of them stand on which refresh family. */
export class SessionDirectory {
  readonly #sessions = new Set<Session>();
  /** Nearly every family has one session, and a list of one takes 100 bytes less than a set. */
  readonly #bySid = new Map<string, Session[]>();

  add(session: Session): void {
    this.#sessions.add(session);
    const { sid } = session.identity;
    if (sid === undefined) return;
    const family = this.#bySid.get(sid);
    if (family === undefined) this.#bySid.set(sid, [session]);
    else family.push(session);
  }

  remove(session: Session): void {
    this.#sessions.delete(session);
    const { sid } = session.identity;
    if (sid === undefined) return;
    const others = this.ofFamily(sid).filter((other) => other !== session);
    if (others.length === 0) this.#bySid.delete(sid);
    else this.#bySid.set(sid, others);
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
