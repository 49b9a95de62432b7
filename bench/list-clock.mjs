/**
 * A clock that goes when it is told to. Timers of one duration stand in one list, as in Node, so that arming and
 * cancelling cost the same however many there are: a relay's deadlines are nearly all of a few durations.
 */
export class ListClock {
  #ListOf;
  #startedAt = Date.now();
  #ticks = 0;
  /** By duration. @type {Map<number, any>} */
  #lists = new Map();

  /** @param {new () => any} ListOf the core's own linked list */
  constructor(ListOf) {
    this.#ListOf = ListOf;
  }

  now() {
    return this.#startedAt + this.#ticks;
  }

  ticks() {
    return this.#ticks;
  }

  /**
   * @param {number} ms
   * @param {() => void} run
   */
  after(ms, run) {
    const list = this.#lists.get(ms) ?? new this.#ListOf();
    this.#lists.set(ms, list);
    const entry = list.push({ dueAt: this.#ticks + ms, run });
    return { cancel: () => list.remove(entry) };
  }

  /** @param {number} ms */
  advance(ms) {
    const end = this.#ticks + ms;
    for (let list = this.#nextDue(end); list !== undefined; list = this.#nextDue(end)) {
      const { dueAt, run } = list.shift();
      this.#ticks = dueAt;
      run();
    }
    this.#ticks = end;
  }

  /** @param {number} end */
  #nextDue(end) {
    let next;
    for (const list of this.#lists.values()) {
      const dueAt = list.first?.dueAt ?? Infinity;
      if (dueAt <= end && dueAt < (next?.first.dueAt ?? Infinity)) next = list;
    }
    return next;
  }
}
