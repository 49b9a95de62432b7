import {
  DURABLE_KEEP_MS,
  NODE_DURABLE_RECORDS_MAX,
  NODE_OUTCOMES_CHARS_MAX,
  NODE_OUTCOMES_MAX,
} from '@telepat/otto-protocol/limits';
import type { Clock } from '@telepat/otto-relay-link';
import type { NodeCommand } from './node-command.js';
import type { Terminal } from './outcome.js';

/** After this long no relay asks any more whether a command ever arrived: it keeps its own records less long. */
export const RECORD_MS_MAX = DURABLE_KEEP_MS + 3_600_000;

/**
 * The durable commands that this node got, so that a relay which lost sight of one can be told what became of it: the
 * newest outcomes whole, of the others only that they were here.
 */
export class DurableRecords {
  readonly #clock: Clock;
  /** By name, in the order of arrival. */
  readonly #records = new Map<string, DurableRecord>();
  /** Those whose outcome is kept, in the order of ending. */
  readonly #ended = new Set<DurableRecord>();
  #chars = 0;
  /** When the newest of those that had to give way had arrived, in the clock's ticks. */
  #lostAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A command has arrived; one that is not durable is nobody's concern here, then and later. */
  begin(command: NodeCommand): void {
    const name = nameOf(command);
    if (name === undefined) return;
    // What comes again goes to the end of the row.
    this.#forget(name);
    this.#records.set(name, { arrivedAt: this.#clock.ticks(), state: { phase: 'running' } });
    if (this.#records.size > NODE_DURABLE_RECORDS_MAX) this.#loseOldest();
  }

  /** A command has its outcome, or another one, because the first could not be told. */
  end(command: NodeCommand, { outcome, text }: Terminal): void {
    const record = this.#records.get(nameOf(command) ?? '');
    if (record === undefined) return;
    this.#dropOutcome(record);
    record.state = { phase: 'done', outcome, chars: text.length };
    this.#ended.add(record);
    this.#chars += text.length;
    for (const oldest of this.#ended) {
      if (this.#ended.size <= NODE_OUTCOMES_MAX && this.#chars <= NODE_OUTCOMES_CHARS_MAX) break;
      this.#dropOutcome(oldest);
    }
  }

  /** What is known of the command with this key and id. */
  ask(command: { key: string; requestId: string }): Knowledge {
    const record = this.#records.get(nameOf(command) ?? '');
    if (record !== undefined) return record.state;
    const isComplete = this.#clock.ticks() - this.#lostAt > RECORD_MS_MAX;
    return { phase: isComplete ? 'never_received' : 'forgotten' };
  }

  #loseOldest(): void {
    for (const [name, { arrivedAt, state }] of this.#records) {
      if (state.phase === 'running') continue;
      this.#forget(name);
      this.#lostAt = arrivedAt;
      return;
    }
  }

  #forget(name: string): void {
    const record = this.#records.get(name);
    if (record === undefined) return;
    this.#dropOutcome(record);
    this.#records.delete(name);
  }

  #dropOutcome(record: DurableRecord): void {
    if (record.state.phase !== 'done') return;
    this.#ended.delete(record);
    this.#chars -= record.state.chars;
    record.state = { phase: 'forgotten' };
  }
}

/** Two controllers may use one key; the id under which the relay sent the command tells theirs apart. */
function nameOf({ key, requestId }: { key?: string; requestId: string }): string | undefined {
  return key === undefined ? undefined : JSON.stringify([requestId, key]);
}

type DurableState =
  | { readonly phase: 'running' }
  | { readonly phase: 'done'; readonly outcome: Terminal['outcome']; readonly chars: number }
  /** It was here, and perhaps had an effect; how it ended is no longer known. */
  | { readonly phase: 'forgotten' };

type Knowledge = DurableState | { readonly phase: 'never_received' };

interface DurableRecord {
  readonly arrivedAt: number;
  state: DurableState;
}
