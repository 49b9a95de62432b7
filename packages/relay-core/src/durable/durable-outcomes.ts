import { isObject, type Envelope } from '@telepat/otto-protocol';
import type { LogBook } from '../logs/log-book.js';
import { traceFields } from '../logs/trace-fields.js';
import type { OwnerIds } from '../node/pending-command.js';
import type { NodeOutcome } from '../ports/command-journal.js';
import { levelOf, statusOf } from '../session/command-log.js';
import type { OrphanTabs } from '../session/orphan-tabs.js';
import type { TabOwners } from '../session/tab-owners.js';
import type { DurableEntry } from './durable-entry.js';
import type { DurableIndex } from './durable-index.js';
import { outcomeOf } from './node-outcome.js';
import type { OutcomeRecorder } from './outcome-recorder.js';
import type { RunGraces } from './run-graces.js';
import type { WaitingSubmissions } from './waiting-submissions.js';

/** What nodes say of how durable commands ended: goes into the journal, then to all who wait, and to the log anyway. */
export class DurableOutcomes {
  readonly #rooms: DurableOutcomesRooms;

  constructor(rooms: DurableOutcomesRooms) {
    this.#rooms = rooms;
  }

  /** A command's outcome, from its node: in answer to the command, late, or in answer to an inquiry. */
  take(entry: DurableEntry, outcome: NodeOutcome, { bytes, isStray = false, traceId }: OutcomeFacts): void {
    const { graces, orphanTabs, recorder, tabOwners, waiting } = this.#rooms;
    const { identity, nodeId } = entry;
    graces.end(entry);
    waiting.stopClocks(entry);
    const isTab = tabOwners.note(identity, { nodeId, action: actionOf(entry, outcome) }, outcome);
    if (isTab && isStray) orphanTabs.openedLate(identity, nodeId);
    recorder.record(entry, outcome, () => {
      if (entry.submissions.size === 0) this.#logUnheard(entry, outcome, traceId);
      waiting.deliverAll(entry, outcome, bytes);
    });
  }

  /** A terminal frame for a command that has ended, or that no channel knows (a stray); true when it was one of these. */
  takeLate(nodeId: string, frame: Envelope, { isStray }: { isStray: boolean }): boolean {
    const entry = this.#rooms.index.ofRequest(nodeId, frame.requestId);
    const outcome = outcomeOf(frame);
    if (entry === undefined || outcome === undefined) return false;
    const { phase } = entry.state;
    if (phase !== 'unknown' && phase !== 'asking' && phase !== 'adopted') return false;
    this.take(entry, outcome, { isStray, traceId: frame.traceId });
    return true;
  }

  /** Nobody waits for it; whoever has an eye on what was done at the node still wants to know. */
  #logUnheard(entry: DurableEntry, { messageType, payload }: NodeOutcome, traceId: string | undefined): void {
    const { action, identity, nodeId, requestId } = entry;
    this.#rooms.log.write({
      level: levelOf(messageType, payload),
      source: 'node',
      type: messageType,
      requestId,
      ...traceFields({ traceId }),
      ...this.#rooms.idsOf(identity),
      nodeId,
      ...(action === undefined ? {} : { action }),
      status: statusOf(payload),
      data: { durable: true, isUnheard: true },
    });
  }
}

/** Of a record that does not say what was asked for, the node's own word counts: it speaks of its own tabs. */
function actionOf({ action }: DurableEntry, { payload }: NodeOutcome): unknown {
  return action ?? (isObject(payload) ? payload['action'] : undefined);
}

/** What is known around an outcome. */
interface OutcomeFacts {
  /** The frame as it came. */
  readonly bytes?: Uint8Array;
  /** No channel knows its command: no clean-up after that one's end will find what it began. */
  readonly isStray?: boolean;
  readonly traceId?: string | undefined;
}

export interface DurableOutcomesRooms {
  readonly graces: RunGraces;
  readonly idsOf: (identity: string) => OwnerIds;
  readonly orphanTabs: OrphanTabs;
  readonly index: DurableIndex;
  readonly log: LogBook;
  readonly recorder: OutcomeRecorder;
  readonly tabOwners: TabOwners;
  readonly waiting: WaitingSubmissions;
}
