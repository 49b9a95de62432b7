import type { IdPrefix } from '@telepat/otto-protocol';
import type { IdGenerator } from '../ports/id-generator.js';

/** Ids that count: `ctl_1`, `ctl_2`, … */
export class SequentialIds implements IdGenerator {
  readonly #counts = new Map<string, number>();

  next(prefix: IdPrefix): string {
    return `${prefix}_${this.#count(prefix)}`;
  }

  logEntryId(): string {
    return String(this.#count('log')).padStart(12, '0');
  }

  #count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }
}
