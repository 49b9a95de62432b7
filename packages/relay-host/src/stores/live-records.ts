import type { JournalKey, JournalRecord, JournalRef, StoredRecord } from '@telepat/otto-relay-core';

/** Where in the file the records stand that still mean something: of each key the newest routing and its outcome. */
export class LiveRecords {
  /** In the order of their routings, so that the oldest come first. */
  readonly #keys = new Map<string, LiveKey>();
  readonly #slots = new WeakMap<JournalRef, Slot>();
  #byteLength = 0;

  get size(): number {
    return this.#keys.size;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Notes where a record stands. @returns the reference under which it is found again */
  add(record: JournalRecord, place: { position: number; length: number }): JournalRef {
    const name = nameOf(record);
    const slot: Slot = { position: place.position, length: place.length };
    this.#slots.set(slot, slot);
    if (record.kind === 'routing') {
      this.#remove(name);
      this.#keys.set(name, { requestId: record.requestId, at: record.at, routing: slot, outcome: undefined });
      this.#byteLength += slot.length;
      return slot;
    }
    const live = this.#keys.get(name);
    if (live === undefined || live.requestId !== record.requestId) return slot;
    if (record.kind === 'closed') {
      this.#remove(name);
      return slot;
    }
    this.#byteLength += slot.length - (live.outcome?.length ?? 0);
    live.outcome = slot;
    return slot;
  }

  /** Whether a record of the start is still one that counts. */
  has(record: StoredRecord): boolean {
    return record.kind !== 'closed' && this.#keys.get(nameOf(record))?.requestId === record.requestId;
  }

  slotOf(ref: JournalRef): Slot | undefined {
    return this.#slots.get(ref);
  }

  /** Every record that counts, routing before outcome. */
  slots(): Slot[] {
    return [...this.#keys.values()].flatMap(({ routing, outcome }) =>
      outcome === undefined ? [routing] : [routing, outcome],
    );
  }

  /** Forgets the keys whose routing is older. @returns how many */
  forgetBefore(limit: number): number {
    let count = 0;
    for (const [name, { at }] of this.#keys) {
      if (at > limit) break;
      this.#remove(name);
      count += 1;
    }
    return count;
  }

  #remove(name: string): void {
    const live = this.#keys.get(name);
    if (live === undefined) return;
    this.#keys.delete(name);
    this.#byteLength -= live.routing.length + (live.outcome?.length ?? 0);
  }
}

function nameOf({ identity, nodeId, key }: JournalKey): string {
  return JSON.stringify([identity, nodeId, key]);
}

/** A place in the file; a rewrite moves it. */
export interface Slot {
  position: number;
  readonly length: number;
}

interface LiveKey {
  readonly requestId: string;
  readonly at: number;
  readonly routing: Slot;
  outcome: Slot | undefined;
}
