import type { JournalKey, JournalRef, NodeOutcome } from '../ports/command-journal.js';
import type { DurableRun } from './durable-run.js';
import type { Submission } from './submission.js';

/** What is known of one key of one identity at one node. */
export class DurableEntry implements JournalKey {
  readonly identity: string;
  readonly nodeId: string;
  readonly key: string;
  readonly hash: string;
  /** Under which id the node knows the command. */
  readonly requestId: string;
  /** Epoch milliseconds: it is kept for 24 hours from here. */
  readonly at: number;
  /** The same in monotonic milliseconds of this run of the relay: when it may be forgotten. */
  keptUntil = Infinity;
  /** What is to be done; undefined for a record of an older relay that nobody has asked for since. */
  action: string | undefined;
  /** What its stored outcome takes of its identity's share. */
  byteLength = 0;
  /** The running node that it is sent to, where that is known. */
  instanceId: string | undefined;
  /** When the node ends it by itself, as far as that is known, in monotonic milliseconds. */
  nodeEndsAt: number | undefined;
  /** The node was told that it has more time than it was sent with. */
  isPutOff = false;
  state: DurableState;
  /** Who waits for its outcome, in the order in which they came. */
  readonly submissions = new Set<Submission>();
  /** A stream that its outcome opened is live. */
  hasStream = false;

  constructor(fields: EntryFields, state: DurableState) {
    this.identity = fields.identity;
    this.nodeId = fields.nodeId;
    this.key = fields.key;
    this.hash = fields.hash;
    this.requestId = fields.requestId;
    this.at = fields.at;
    this.action = fields.action;
    this.instanceId = fields.instanceId;
    this.state = state;
  }

  /** The key of an entry in the journal. */
  get journalKey(): JournalKey {
    const { identity, nodeId, key } = this;
    return { identity, nodeId, key };
  }
}

export type DurableState =
  /** It waits or runs in its lane. */
  | { readonly phase: 'running'; readonly run: DurableRun }
  /** The node has it or had it, and nobody here knows how it ended. */
  | { readonly phase: 'unknown' }
  /** The node is being asked. */
  | { readonly phase: 'asking' }
  /** The node said that it still runs: its answer will come by itself. */
  | { readonly phase: 'adopted' }
  /** The node's outcome is known and on its way to the journal; given once the journal has had its time. */
  | { readonly phase: 'recording'; readonly outcome: NodeOutcome; readonly isGiven: boolean }
  /** The journal has the node's outcome; of one too large it has the size alone. */
  | { readonly phase: 'done'; readonly ref: JournalRef; readonly isOmitted: boolean };

interface EntryFields extends JournalKey {
  readonly hash: string;
  readonly requestId: string;
  readonly at: number;
  readonly action?: string | undefined;
  readonly instanceId?: string | undefined;
}
