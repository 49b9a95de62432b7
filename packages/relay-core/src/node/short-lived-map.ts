/** A map is made anew when so many have come since, and twice as many as there are. */
const RENEWED_AFTER = 64;

/**
 * A map for what comes and goes. A `Map` with much coming and going is moved to a new table again and again; once it is
 * in the old generation of the heap each new table is made there, too, and what was in the earlier ones stays in memory
 * until the next major collection. Half of what commands left there was this. Here the map is made anew before that, as
 * young as what is in it, and who is deleted leaves an empty place to whatever table still knows it. An empty map that
 * was never used takes nothing but itself, since most sessions have several of these.
 */
export class ShortLivedMap<Key, Value> {
  #places: Map<Key, Place<Value>> | undefined;
  /** What has come since the table was made. */
  #added = 0;

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
    if (place !== undefined) {
      place.value = value;
      return;
    }
    this.#places.set(key, { value });
    this.#added += 1;
    if (this.#added < RENEWED_AFTER || this.#added < 2 * this.#places.size) return;
    this.#places = new Map(this.#places);
    this.#added = 0;
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
    this.#places = undefined;
    this.#added = 0;
  }

  /** In the order in which their keys were set first; whether what comes meanwhile is among them is not said. */
  *values(): Generator<Value> {
    for (const { value } of this.#places?.values() ?? []) if (value !== undefined) yield value;
  }
}

interface Place<Value> {
  value: Value | undefined;
}
