import type { Keychain } from '../src/keychain/keychain.js';

/** A keychain in memory; with a problem, it is one that does not work. */
export class MemoryKeychain implements Keychain {
  readonly kept = new Map<string, string>();
  /** The names that were asked for, each time. */
  readonly asked: string[] = [];
  problem: string | undefined;

  constructor(options: { problem?: string } = {}) {
    this.problem = options.problem;
  }

  read(name: string): Promise<string | undefined> {
    return this.#ask(name, () => this.kept.get(name));
  }

  write(name: string, secret: string): Promise<void> {
    return this.#ask(name, () => void this.kept.set(name, secret));
  }

  remove(name: string): Promise<void> {
    return this.#ask(name, () => void this.kept.delete(name));
  }

  #ask<T>(name: string, act: () => T): Promise<T> {
    this.asked.push(name);
    return this.problem === undefined ? Promise.resolve(act()) : Promise.reject(new Error(this.problem));
  }
}
