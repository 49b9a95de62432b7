import { OttoError } from '@telepat/otto-protocol';
import { DURABLE_BYTES_MAX, DURABLE_KEEP_MS, DURABLE_PER_IDENTITY_MAX } from '@telepat/otto-protocol/limits';
import type { JournalKey, StoredRecord } from '../ports/command-journal.js';
import type { Clock, Timer } from '../ports/clock.js';
import { PerNodeTable } from '../session/per-node-table.js';
import { DurableEntry } from './durable-entry.js';

/** How often entries that have had their time are looked for. */
const SWEEP_MS = 3_600_000;

/** Every durable command of the last 24 hours: by key, and by the id under which its node knows it. */
export class DurableIndex {
  readonly #clock: Clock;
  readonly #byIdentity = new Map<string, IdentityEntries>();
  readonly #byNode = new PerNodeTable<DurableEntry>();
  #sweep: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    let size = 0;
    for (const { entries } of this.#byIdentity.values()) size += entries.size;
    return size;
  }

  find(key: JournalKey): DurableEntry | undefined {
    return this.#byIdentity.get(key.identity)?.entries.get(nameOf(key));
  }

  ofNode(nodeId: string): DurableEntry[] {
    return this.#byNode.ofNode(nodeId);
  }

  ofRequest(nodeId: string, requestId: string): DurableEntry | undefined {
    return this.#byNode.find(nodeId, requestId);
  }

  ofIdentity(identity: string): DurableEntry[] {
    return [...(this.#byIdentity.get(identity)?.entries.values() ?? [])];
  }

  all(): DurableEntry[] {
    return [...this.#byIdentity.keys()].flatMap((identity) => this.ofIdentity(identity));
  }

  /**
   * Checks that an identity may have one more; what is younger than 24 hours is never forgotten to make room. So many
   * strays have no entry and may be on record all the same when the relay starts anew.
   */
  checkRoom(identity: string, strayCount = 0): void {
    this.#forgetOld(identity);
    const { entries, bytes = 0 } = this.#byIdentity.get(identity) ?? {};
    const count = (entries?.size ?? 0) + strayCount;
    if (count < DURABLE_PER_IDENTITY_MAX && bytes < DURABLE_BYTES_MAX) return;
    throw new OttoError('too_many_commands', {
      effect: 'none',
      message: 'This controller has as many durable commands on record as it may within 24 hours.',
    });
  }

  add(entry: DurableEntry): void {
    const own = this.#byIdentity.get(entry.identity) ?? { entries: new Map<string, DurableEntry>(), bytes: 0 };
    this.#byIdentity.set(entry.identity, own);
    own.entries.set(nameOf(entry), entry);
    own.bytes += entry.byteLength;
    // By monotonic time: a wall clock that is set ahead must not let a key run a second time.
    const ageMs = Math.min(Math.max(0, this.#clock.now() - entry.at), DURABLE_KEEP_MS);
    entry.keptUntil = this.#clock.ticks() + DURABLE_KEEP_MS - ageMs;
    this.#byNode.add(entry);
    this.#sweep ??= this.#clock.after(SWEEP_MS, () => this.#sweepAll());
  }

  remove(entry: DurableEntry): void {
    const own = this.#byIdentity.get(entry.identity);
    if (own?.entries.get(nameOf(entry)) !== entry) return;
    own.entries.delete(nameOf(entry));
    own.bytes -= entry.byteLength;
    if (own.entries.size === 0) this.#byIdentity.delete(entry.identity);
    this.#byNode.remove(entry);
  }

  /** An outcome of so many bytes was stored. */
  setBytes(entry: DurableEntry, byteLength: number): void {
    const own = this.#byIdentity.get(entry.identity);
    if (own?.entries.get(nameOf(entry)) === entry) own.bytes += byteLength - entry.byteLength;
    entry.byteLength = byteLength;
  }

  /** Takes in what the journal holds, oldest first. */
  load(records: readonly StoredRecord[]): void {
    for (const record of records) {
      const known = this.find(record);
      if (record.kind === 'routing') {
        if (known !== undefined) this.remove(known);
        this.add(new DurableEntry(record, { phase: 'unknown' }));
      } else if (known?.requestId === record.requestId) {
        if (record.kind === 'closed') this.remove(known);
        else {
          known.state = { phase: 'done', ref: record.ref, isOmitted: record.isOmitted };
          this.setBytes(known, record.byteLength);
        }
      }
    }
  }

  close(): void {
    this.#sweep?.cancel();
  }

  #sweepAll(): void {
    for (const identity of [...this.#byIdentity.keys()]) this.#forgetOld(identity);
    this.#sweep = this.size === 0 ? undefined : this.#clock.after(SWEEP_MS, () => this.#sweepAll());
  }

  /**
   * Entries stand in the order in which they were made, so that the first one that is young enough ends the search. They
   * are not copied for it: every new key asks.
   */
  #forgetOld(identity: string): void {
    const ticks = this.#clock.ticks();
    for (const entry of this.#byIdentity.get(identity)?.entries.values() ?? []) {
      if (entry.keptUntil > ticks) return;
      if (entry.state.phase === 'done' || entry.state.phase === 'unknown') this.remove(entry);
    }
  }
}

function nameOf({ nodeId, key }: { nodeId: string; key: string }): string {
  return `${nodeId}\n${key}`;
}

interface IdentityEntries {
  readonly entries: Map<string, DurableEntry>;
  bytes: number;
}
