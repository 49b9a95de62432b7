import type { KeyValue } from '../ports.js';

/** Small texts by key, forgotten with the process. */
export class MemoryKeyValue implements KeyValue {
  readonly #texts = new Map<string, string>();

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(key));
  }

  set(key: string, value: string): Promise<void> {
    this.#texts.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#texts.delete(key);
    return Promise.resolve();
  }
}
