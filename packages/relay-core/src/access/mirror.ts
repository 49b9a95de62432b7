import type { Change, Collection } from '../ports/storage.js';

/**
 * A durable collection, in memory. A change is seen at once and follows to storage in order; what storage refuses is
 * taken back, unless a later change stands in its place.
 */
export class Mirror<T> {
  readonly #collection: Collection<T>;
  readonly #onChange: (id: string, before: T | undefined, after: T | undefined) => void;
  readonly #items = new Map<string, T>();
  readonly #unsettled = new Map<string, Unsettled<T>>();
  #writes = 0;

  /** `onChange` keeps an owner's indexes in step; it is called for what is stored, too. */
  constructor(options: {
    collection: Collection<T>;
    stored: ReadonlyMap<string, T>;
    onChange: (id: string, before: T | undefined, after: T | undefined) => void;
  }) {
    this.#collection = options.collection;
    this.#onChange = options.onChange;
    for (const [id, value] of options.stored) this.#set(id, value);
  }

  get size(): number {
    return this.#items.size;
  }

  get(id: string): T | undefined {
    return this.#items.get(id);
  }

  values(): Iterable<T> {
    return this.#items.values();
  }

  /** Makes all changes or none: in memory before it returns, in storage when it resolves. */
  async write(changes: readonly Change<T>[]): Promise<void> {
    if (changes.length === 0) return;
    this.#writes += 1;
    const number = this.#writes;
    for (const change of changes) this.#begin(change, number);
    try {
      await this.#collection.write(changes);
    } catch (reason) {
      for (const change of changes) this.#takeBack(idOf(change), number);
      throw reason;
    }
    for (const change of changes) this.#settle(change, number);
  }

  #begin(change: Change<T>, number: number): void {
    const id = idOf(change);
    const durable = this.#unsettled.get(id)?.durable ?? { value: this.#items.get(id) };
    this.#unsettled.set(id, { durable, latest: number });
    this.#set(id, valueOf(change));
  }

  #settle(change: Change<T>, number: number): void {
    const id = idOf(change);
    const unsettled = this.#unsettled.get(id);
    if (unsettled === undefined) return;
    if (unsettled.latest === number) this.#unsettled.delete(id);
    else unsettled.durable = { value: valueOf(change) };
  }

  #takeBack(id: string, number: number): void {
    const unsettled = this.#unsettled.get(id);
    if (unsettled?.latest !== number) return;
    this.#unsettled.delete(id);
    this.#set(id, unsettled.durable.value);
  }

  #set(id: string, after: T | undefined): void {
    const before = this.#items.get(id);
    if (after === undefined) this.#items.delete(id);
    else this.#items.set(id, after);
    this.#onChange(id, before, after);
  }
}

function idOf<T>(change: Change<T>): string {
  return 'put' in change ? change.put : change.remove;
}

function valueOf<T>(change: Change<T>): T | undefined {
  return 'put' in change ? change.value : undefined;
}

/** What storage last confirmed of an id, while later changes of it are on their way. */
interface Unsettled<T> {
  durable: { readonly value: T | undefined };
  readonly latest: number;
}
