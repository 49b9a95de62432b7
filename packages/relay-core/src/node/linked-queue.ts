/** A FIFO from whose middle an entry can be taken, all in constant time. */
export class LinkedQueue<T> {
  #first: Entry<T> | undefined;
  #last: Entry<T> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The oldest item, left in place. */
  get first(): T | undefined {
    return this.#first?.item;
  }

  /** Appends an item; the entry takes it out again. */
  push(item: T): QueueEntry<T> {
    const entry: Entry<T> = { item, previous: this.#last, next: undefined, isQueued: true };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#length += 1;
    return entry;
  }

  /** Puts an item in front of all others. */
  unshift(item: T): QueueEntry<T> {
    const entry: Entry<T> = { item, previous: undefined, next: this.#first, isQueued: true };
    if (this.#first === undefined) this.#last = entry;
    else this.#first.previous = entry;
    this.#first = entry;
    this.#length += 1;
    return entry;
  }

  /** Takes the oldest item. */
  shift(): T | undefined {
    const entry = this.#first;
    if (entry === undefined) return undefined;
    this.#unlink(entry);
    return entry.item;
  }

  /** Takes an entry out, wherever it stands; nothing happens when it is out already. */
  remove(entry: QueueEntry<T>): void {
    const linked = entry as Entry<T>; // Only `push` makes entries.
    if (linked.isQueued) this.#unlink(linked);
  }

  /** The items, oldest first. Whoever takes some out meanwhile makes a copy before. */
  *[Symbol.iterator](): Generator<T> {
    for (let entry = this.#first; entry !== undefined; entry = entry.next) yield entry.item;
  }

  #unlink(entry: Entry<T>): void {
    if (entry.previous === undefined) this.#first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
    entry.previous = undefined;
    entry.next = undefined;
    entry.isQueued = false;
    this.#length -= 1;
  }
}

export interface QueueEntry<T> {
  readonly item: T;
}

interface Entry<T> extends QueueEntry<T> {
  previous: Entry<T> | undefined;
  next: Entry<T> | undefined;
  isQueued: boolean;
}
