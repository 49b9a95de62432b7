import type { ErrorCode } from '@telepat/otto-protocol';
import type { Acknowledgement } from '../node/acknowledgement.js';
import type { NodeChannel } from '../node/node-channel.js';
import type { CommandOwner, PendingCommand, Settlement } from '../node/pending-command.js';
import type { Session } from '../session/session.js';
import type { DurableEntry } from './durable-entry.js';
import type { Submission } from './submission.js';

/**
 * A durable command on its way through a lane, as the node's channel sees its owner. Whoever submits the same key
 * while it lives is given its outcome, too. Its quotas are those of its identity; a tab that is locked lets it in as
 * long as one of the sessions that wait for it holds the lock.
 */
export class DurableRun implements CommandOwner {
  readonly entry: DurableEntry;
  /** The channel that it was given to: it ends with that. */
  readonly channel: NodeChannel;
  /** The time that it is sent with: that of the submission which it is sent for. */
  readonly timeoutMs: number;
  readonly #first: Session;
  readonly #watcher: DurableRunWatcher;
  /** How many submissions each session has that waits. */
  readonly #holders = new Map<object, number>();
  #carrier: PendingCommand | undefined;
  /** The journal says that it is about to leave: an end before it does must be noted there, too. */
  isOnRecord = false;

  constructor(entry: DurableEntry, options: DurableRunOptions) {
    this.entry = entry;
    this.timeoutMs = options.timeoutMs;
    this.channel = options.channel;
    this.#first = options.first;
    this.#watcher = options.watcher;
  }

  /** The command that waits in the lane and is sent to the node, for all its submissions. */
  get carrier(): PendingCommand {
    if (this.#carrier === undefined) throw new Error('A run gets its carrier before it is put into a lane.');
    return this.#carrier;
  }

  set carrier(command: PendingCommand) {
    this.#carrier = command;
  }

  get isRelay(): false {
    return false;
  }

  get holders(): Iterable<object> {
    return this.#holders.keys();
  }

  isHolder(holder: object): boolean {
    return this.#holders.has(holder);
  }

  /** Whose command it is now: of those who wait for it the one that came first, else the one that sent it. */
  get session(): Session {
    for (const { session } of this.entry.submissions) return session;
    return this.#first;
  }

  logIds(): { clientId?: string; controllerId?: string } {
    return this.session.logIds();
  }

  /** A session waits for it, or once more. */
  joined({ owner }: Session): void {
    const count = this.#holders.get(owner) ?? 0;
    this.#holders.set(owner, count + 1);
    if (count > 0 || this.#carrier === undefined) return;
    this.channel.laneOf(this.#carrier)?.join(this.#carrier, owner);
  }

  /** One submission of a session waits no more. */
  left({ owner }: Session): void {
    const count = (this.#holders.get(owner) ?? 0) - 1;
    if (count > 0) {
      this.#holders.set(owner, count);
      return;
    }
    this.#holders.delete(owner);
    if (this.#carrier !== undefined) this.channel.laneOf(this.#carrier)?.leave(this.#carrier, owner);
  }

  /** Nobody waits for it any more, and it was the identity's own: a new session of it may cancel it. */
  mayBeCancelledBy(other: Session): boolean {
    return this.entry.submissions.size === 0 && other.ledger === this.#first.ledger;
  }

  reserveQueuePlace(command: PendingCommand): void {
    this.#first.owner.reserveQueuePlace(command);
  }

  leaveQueue(command: PendingCommand): void {
    this.#first.owner.leaveQueue(command);
  }

  reserveFlight(command: PendingCommand): void {
    this.#first.owner.reserveFlight(command);
  }

  refusal(command: PendingCommand): ErrorCode | undefined {
    return this.session.owner.refusal(command);
  }

  prepare(command: PendingCommand, ready: () => void, failed: (code: ErrorCode) => void): void {
    // From here on it is its identity's, and ends with its rights, although it has not been sent yet.
    this.#first.ledger.commands.add(command);
    const go = (): void => {
      ready();
      if (command.isSent) this.#watcher.sent(this);
    };
    if (this.isOnRecord) go();
    else this.#watcher.prepare(this, go, failed);
  }

  acknowledge(command: PendingCommand, said: Acknowledgement): void {
    this.#first.ledger.commands.add(command);
    for (const submission of this.entry.submissions) this.#watcher.acknowledge(submission, said);
  }

  settle(command: PendingCommand, settlement: Settlement): void {
    this.#watcher.settled(this, command, settlement);
  }

  released(command: PendingCommand): void {
    this.#first.owner.released(command);
  }
}

interface DurableRunOptions {
  readonly first: Session;
  readonly channel: NodeChannel;
  readonly timeoutMs: number;
  readonly watcher: DurableRunWatcher;
}

/** What the room of durable commands does for its runs. */
export interface DurableRunWatcher {
  /** Brings the routing into the journal, then says `ready`. */
  prepare(run: DurableRun, ready: () => void, failed: (code: ErrorCode) => void): void;
  acknowledge(submission: Submission, said: Acknowledgement): void;
  /** It has just left for its node. */
  sent(run: DurableRun): void;
  settled(run: DurableRun, command: PendingCommand, settlement: Settlement): void;
}
