import type { MessageType } from '@telepat/otto-protocol';

/**
 * The journal of durable commands: an append-only record of what was sent and how it ended. Memory holds references;
 * stored outcomes are read back when they are asked for.
 */
export interface CommandJournal {
  /** What the journal holds of the last 24 hours, oldest first. Read once, at start. */
  load(): Promise<readonly StoredRecord[]>;
  /** Appends a record; resolves when it is durable, in the order of the calls. A rejected record was not written. */
  append(record: JournalRecord): Promise<JournalRef>;
  /** The outcome of a record that has one. */
  read(ref: JournalRef): Promise<NodeOutcome>;
}

/** Where a record stands: the host's own business. */
export type JournalRef = object;

/** `routing` before the frame leaves for the node; `outcome` before it is delivered; `closed` when it never left. */
export type JournalRecord =
  | (JournalKey & {
      readonly kind: 'routing';
      /** Digest of action, tab and input. */
      readonly hash: string;
      /** Under which id the node knows the command. */
      readonly requestId: string;
      readonly at: number;
      /** What is to be done; older records do not say. */
      readonly action?: string | undefined;
      /** The running node that it is sent to; older records, and nodes that have none, do not say. */
      readonly instanceId?: string | undefined;
    })
  | (JournalKey & { readonly kind: 'outcome'; readonly requestId: string; readonly outcome: NodeOutcome })
  | (JournalKey & { readonly kind: 'closed'; readonly requestId: string });

/** A key belongs to one identity and one node. */
export interface JournalKey {
  readonly identity: string;
  readonly nodeId: string;
  readonly key: string;
}

/** A record as it is found at start: of an outcome only its size, the text stays where it is. */
export type StoredRecord =
  | Exclude<JournalRecord, { kind: 'outcome' }>
  | (JournalKey & {
      readonly kind: 'outcome';
      readonly requestId: string;
      readonly ref: JournalRef;
      readonly byteLength: number;
      readonly isOmitted: boolean;
    });

/** A node's terminal frame, without its envelope. */
export interface NodeOutcome {
  readonly messageType: Extract<MessageType, 'result' | 'error'>;
  readonly payload: Readonly<Record<string, unknown>>;
}
