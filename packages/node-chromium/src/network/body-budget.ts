/** Bytes of bodies that a driver holds at a time, over all tabs. */
const BODY_BYTES_HELD_MAX = 128 * 1024 * 1024;

/** What bodies may still take of memory. */
export class BodyBudget {
  #left: number;

  constructor(bytes: number = BODY_BYTES_HELD_MAX) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  /** False when there is not so much left; nothing is taken then. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
