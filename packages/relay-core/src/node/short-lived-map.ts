/**
 * A map for what comes and goes. A `Map` with much coming and going is moved to a new table again and again, and what was
 * in the old ones stays in memory until the next major collection: a third of what a command with its order takes was
 * moved to the old generation for that. Here the tables hold places, and who is deleted leaves an empty one. An empty map
 * that was never used takes nothing but itself, since most sessions have several of these.
 */
export class ShortLivedMap<Key, Value> {
  #places: Map<Key, Place<Value>> | undefined;

  get size(): number {
    return this.#places?.size ?? 0;
  }

  has(key: Key): boolean {
    return this.#places?.has(key) === true;
  }

  get(key: Key): Value | undefined {
    return this.#places?.get(key)?.value;
  }

  set(key: Key, value: Value): void {
    this.#places ??= new Map();
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, { value });
    else place.value = value;
  }

  /** @returns whether it was there */
  delete(key: Key): boolean {
    const place = this.#places?.get(key);
    if (place === undefined) return false;
    place.value = undefined;
    return this.#places?.delete(key) === true;
  }

  clear(): void {
    for (const place of this.#places?.values() ?? []) place.value = undefined;
    this.#places?.clear();
  }

  /** In the order in which their keys were set first. */
  *values(): Generator<Value> {
    for (const { value } of this.#places?.values() ?? []) if (value !== undefined) yield value;
  }
}

interface Place<Value> {
  value: Value | undefined;
}
