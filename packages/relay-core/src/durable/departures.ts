import type { ErrorCode } from '@telepat/otto-protocol';
import { cancelFrame } from '../node/cancel-frame.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { Session } from '../session/session.js';
import type { DurableEntry } from './durable-entry.js';
import type { DurableIndex } from './durable-index.js';
import type { DurableRuns } from './durable-runs.js';
import type { RunGraces } from './run-graces.js';
import type { Submission } from './submission.js';
import type { WaitingSubmissions } from './waiting-submissions.js';

/** Those who wait for durable commands leave, one by one; with the last of them the command is stopped. */
export class Departures {
  readonly #rooms: DeparturesRooms;

  constructor(rooms: DeparturesRooms) {
    this.#rooms = rooms;
  }

  /** Ends one submission; when it was the last, the command ends with it. */
  takeAway(entry: DurableEntry, submission: Submission, code: ErrorCode): void {
    const { state } = entry;
    if (entry.submissions.size === 1 && state.phase === 'running') {
      state.run.channel.end(state.run.carrier, code);
      return;
    }
    const isUnsent = state.phase === 'running' && !state.run.carrier.isSent;
    this.#rooms.waiting.fail(entry, submission, code, isUnsent ? 'none' : 'unknown');
    if (entry.submissions.size === 0) this.stopAdopted(entry);
  }

  timedOut(entry: DurableEntry, submission: Submission): void {
    const isQueued = entry.state.phase === 'running' && !entry.state.run.carrier.isSent;
    this.takeAway(entry, submission, isQueued ? 'queue_wait_timed_out' : 'command_timed_out');
  }

  /** A session is gone: what waits is dropped; what the node has may be asked for again within a grace. */
  sessionEnded(session: Session): void {
    const { graces, runs, waiting } = this.#rooms;
    for (const submission of [...session.submissions.values()]) {
      const entry = this.#entryOf(submission);
      if (entry === undefined) {
        submission.close();
        continue;
      }
      waiting.detach(entry, submission);
      if (entry.submissions.size > 0) continue;
      const { state } = entry;
      if (state.phase === 'running' && !state.run.carrier.isSent) runs.drop(state.run, session);
      else if (isAtNode(entry)) graces.begin(entry, submission);
    }
  }

  /** A session's credential was revoked: each of its submissions is told. */
  revoked(session: Session): void {
    for (const submission of [...session.submissions.values()]) {
      const entry = this.#entryOf(submission);
      if (entry !== undefined) this.takeAway(entry, submission, 'controller_revoked');
    }
  }

  /** What an identity has at a node, or at any, in no lane: the ends of lanes do not reach it. */
  rightEnded(identity: string, nodeId: string | undefined, code: ErrorCode): void {
    for (const entry of this.#rooms.index.ofIdentity(identity)) {
      if (!isUncarried(entry) || (nodeId !== undefined && entry.nodeId !== nodeId)) continue;
      this.#rooms.graces.end(entry);
      for (const submission of [...entry.submissions]) this.takeAway(entry, submission, code);
      this.stopAdopted(entry);
    }
  }

  /** A new session cancels what an ended one of its identity had asked for, before its grace is over. */
  cancelLeft(identity: string, requestId: string): DurableEntry | undefined {
    const entry = this.#rooms.graces.find(identity, requestId);
    if (entry === undefined) return undefined;
    this.#rooms.graces.end(entry);
    if (entry.state.phase === 'running') entry.state.run.channel.cancel(entry.state.run.carrier);
    else this.stopAdopted(entry);
    return entry;
  }

  /** The grace of one that nobody has come back for is over. */
  graceOver(entry: DurableEntry): void {
    if (entry.submissions.size > 0) return;
    if (entry.state.phase === 'running') {
      const { carrier, channel } = entry.state.run;
      carrier.isUnattended = true;
      channel.end(carrier, 'command_cancelled');
    } else this.stopAdopted(entry, { isUnattended: true });
  }

  /** One that the node has had since before this relay started, and that nobody waits for any more. */
  stopAdopted(entry: DurableEntry, why: { isUnattended?: boolean } = {}): void {
    if (entry.state.phase !== 'adopted') return;
    entry.state = { phase: 'unknown' };
    const { action = '', nodeId, requestId } = entry;
    const frame = cancelFrame({ action, nodeId, requestId, traceId: undefined }, why);
    this.#rooms.nodes.get(nodeId)?.link.send(frame);
  }

  #entryOf({ session, order: { durable, nodeId } }: Submission): DurableEntry | undefined {
    return durable && this.#rooms.index.find({ identity: session.ledger.key, nodeId, key: durable.key });
  }
}

/** Whether its command is with the node and in no lane. */
export function isUncarried({ state: { phase } }: DurableEntry): boolean {
  return phase === 'adopted' || phase === 'asking';
}

function isAtNode(entry: DurableEntry): boolean {
  return entry.state.phase === 'running' || isUncarried(entry);
}

export interface DeparturesRooms {
  readonly graces: RunGraces;
  readonly index: DurableIndex;
  readonly nodes: NodeDirectory;
  readonly runs: DurableRuns;
  readonly waiting: WaitingSubmissions;
}
