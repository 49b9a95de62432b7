import { OttoError } from '@telepat/otto-protocol';

/**
 * The names of elements in the latest snapshot of one tab. They are counted on from snapshot to snapshot, so that an
 * old name is never taken for another element, whatever pages the tab has shown since.
 */
export class ElementRefs {
  #last = 0;
  #keys = new Map<string, string>();

  /** Forgets all names: another snapshot begins. */
  renew(): void {
    this.#keys = new Map();
  }

  /** Names an element that playwright knows by `key`. */
  add(key: string): string {
    const ref = `e${++this.#last}`;
    this.#keys.set(ref, key);
    return ref;
  }

  /** @throws OttoError `stale_element_ref` */
  keyOf(ref: string): string {
    const key = this.#keys.get(ref);
    if (key === undefined) throw staleRef(ref);
    return key;
  }
}

/** The element that a ref named is no longer there, or the ref is of an older snapshot. */
export function staleRef(ref: string): OttoError {
  return new OttoError('stale_element_ref', {
    message: `${ref} is no element of the latest snapshot that is still there.`,
    effect: 'none',
  });
}
