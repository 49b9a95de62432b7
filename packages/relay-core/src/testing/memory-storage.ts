import type {
  Change,
  Collection,
  ControllerClient,
  Grant,
  RefreshSession,
  Storage,
  TabOwner,
} from '../ports/storage.js';
import { MemoryJournal } from './memory-journal.js';

/** A collection that forgets when the process ends; `failNext` makes the next write fail. */
export class MemoryCollection<T> implements Collection<T> {
  readonly #items = new Map<string, T>();
  failNext: Error | undefined;

  all(): Promise<ReadonlyMap<string, T>> {
    return Promise.resolve(new Map(this.#items));
  }

  write(changes: readonly Change<T>[]): Promise<void> {
    if (this.failNext !== undefined) {
      const failure = this.failNext;
      this.failNext = undefined;
      return Promise.reject(failure);
    }
    for (const change of changes) {
      if ('put' in change) this.#items.set(change.put, change.value);
      else this.#items.delete(change.remove);
    }
    return Promise.resolve();
  }
}

/** All collections of a relay, in memory; hand the same one to a second relay to play a restart. */
export class MemoryStorage implements Storage {
  readonly clients = new MemoryCollection<ControllerClient>();
  readonly grants = new MemoryCollection<Grant>();
  readonly refreshSessions = new MemoryCollection<RefreshSession>();
  readonly tabOwners = new MemoryCollection<TabOwner>();
  readonly journal = new MemoryJournal();
}
