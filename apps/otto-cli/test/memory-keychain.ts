import type { Keychain } from '../src/config/keychain.js';

/** A keychain in memory; with a problem, it is one that does not work. */
export class MemoryKeychain implements Keychain {
  readonly kept = new Map<string, string>();
  problem: string | undefined;

  constructor(options: { problem?: string } = {}) {
    this.problem = options.problem;
  }

  read(name: string): Promise<string | undefined> {
    return this.#unlessBroken(() => this.kept.get(name));
  }

  write(name: string, secret: string): Promise<void> {
    return this.#unlessBroken(() => void this.kept.set(name, secret));
  }

  remove(name: string): Promise<void> {
    return this.#unlessBroken(() => void this.kept.delete(name));
  }

  #unlessBroken<T>(act: () => T): Promise<T> {
    return this.problem === undefined ? Promise.resolve(act()) : Promise.reject(new Error(this.problem));
  }
}
