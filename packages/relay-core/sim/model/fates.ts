import { errorRow } from '@telepat/otto-protocol';
import type { Durables } from './durables.js';
import { isHeard, type Facts, type Frame, type ModelCommand, type ModelEntry, type ModelNode } from './facts.js';
import type { Lanes } from './lanes.js';
import type { Replies } from './replies.js';
import { isOk, type ModelSubscriptions } from './subscriptions.js';
import type { TabRecords } from './tab-records.js';

/** How long a tab stays occupied by a command that its node was told to stop. */
const DRAIN_MS = 5_000;

/** What a command gets when the grant that it stood on is over. */
const LAPSE = 'acl_missing_node_grant';

/** How commands end: by their node, or for a reason of the relay's. */
export class Fates {
  readonly #facts: Facts;
  readonly #replies: Replies;
  readonly #lanes: Lanes;
  readonly #durables: Durables;
  readonly #records: TabRecords;
  readonly #subscriptions: ModelSubscriptions;

  constructor(rooms: FateRooms) {
    this.#facts = rooms.facts;
    this.#replies = rooms.replies;
    this.#lanes = rooms.lanes;
    this.#durables = rooms.durables;
    this.#records = rooms.records;
    this.#subscriptions = rooms.subscriptions;
  }

  /** A terminal frame of the node's current session: its bytes go to the owner, and the tab is free. */
  answered(command: ModelCommand, frame: Frame, bytes: Uint8Array): void {
    if (!command.isAtNode) return;
    const { entry, id, session } = command;
    this.#records.answered(command, frame);
    if (entry !== undefined) {
      const isLate = command.isSettled;
      command.isSettled = true;
      this.#durables.answered(entry, frame);
      this.#lanes.release(command);
      if (isLate) this.#subscriptions.late(command, frame);
      return;
    }
    if (command.isSettled) {
      this.#lanes.release(command);
      this.#subscriptions.late(command, frame);
      return;
    }
    this.#settle(command);
    if (session.phase === 'open') {
      this.#replies.oweBytes(session.socket, {
        what: `the ${isOk(frame) ? 'result' : 'failure'} of ${id}`,
        bytes,
        invariant: 'one_terminal',
      });
    }
    this.#subscriptions.settledByNode(command, frame);
    this.#lanes.release(command);
  }

  /** A node answers what had its time to stop: what it began must end, or be known. */
  answeredAfterAll(command: ModelCommand, frame: Frame): void {
    this.#records.answered(command, frame);
    this.#subscriptions.late(command, frame);
  }

  /** The owner cancels: at once while it waits, else its node is told. */
  cancel(command: ModelCommand): 'cancelled' | 'forwarded' {
    if (!command.isRouted) {
      this.end(command, 'command_cancelled');
      return 'cancelled';
    }
    command.isCancelled = true;
    this.stop(command);
    return 'forwarded';
  }

  /** The relay ends a command: the owner is told why, a node that has it is told to stop. */
  end(command: ModelCommand, code: Code): void {
    if (command.isSettled || command.isEnding) return;
    if (command.entry !== undefined && typeof code === 'string') {
      this.#failCarried(command, command.entry, code);
      return;
    }
    this.#oweTerminal(command, code, () => {
      if (command.isRouted) this.stop(command);
      else this.#lanes.release(command);
    });
  }

  /** The node is gone, or started anew: it will never answer what it had. */
  loseAll(node: ModelNode, code: 'node_disconnected' | 'relay_shutting_down'): void {
    for (const command of this.#lanes.clear(node)) {
      if (command.entry !== undefined && !command.isSettled) this.#durables.fail(command.entry, code);
      else if (!command.isSettled && !command.isEnding) this.#oweTerminal(command, code, () => {});
    }
  }

  /** The owner went away before its turn came. */
  drop(command: ModelCommand): void {
    this.#settle(command);
    this.#lanes.release(command);
  }

  /** What time alone decides. */
  due(): void {
    const { now } = this.#facts;
    for (const command of [...this.#facts.liveCommands()]) {
      // It may start at this very moment, before its time is found to be over.
      const code = (): string => (command.isRouted ? 'command_timed_out' : 'queue_wait_timed_out');
      if (command.deadlineAt <= now) this.end(command, code);
      if (command.stopAt === undefined || command.stopAt > now) continue;
      const isRemembered = command.action.startsWith('listener.') || command.action === 'primitive.tab.open';
      if (isRemembered) this.#facts.nodes.get(command.nodeId)?.drained.set(command.id, command);
      if (command.entry !== undefined && !command.isSettled) this.#durables.fail(command.entry, 'command_cancelled');
      if (command.entry !== undefined) command.isSettled = true;
      if (command.isSettled || command.isEnding) this.#lanes.release(command);
      else this.#oweTerminal(command, 'command_cancelled', () => this.#lanes.release(command));
    }
  }

  /** The relay has told a node to stop a command whose right had lapsed. */
  stopped(command: ModelCommand): void {
    command.stopAt = this.#facts.now + DRAIN_MS;
    if (!isHeard(command)) this.lapsed(command);
  }

  /** Its right has lapsed, its node was told to stop, and nobody waits for it: it has ended without a word. */
  lapsed(command: ModelCommand): void {
    if (command.isSettled) return;
    if (command.entry !== undefined) this.#durables.fail(command.entry, LAPSE);
    this.#settle(command);
  }

  /** Whether an error frame is the honest end of a command whose right has lapsed. */
  takeLapse(command: ModelCommand, frame: Frame): boolean {
    if (command.isSettled || !this.#isLapse(command, frame)) return false;
    this.#settle(command);
    this.#subscriptions.settledByRelay(command, LAPSE);
    if (command.isRouted) this.stop(command);
    else this.#lanes.release(command);
    return true;
  }

  /** A durable command ends for all who wait for it. */
  #failCarried(command: ModelCommand, entry: ModelEntry, code: string): void {
    this.#durables.fail(entry, code);
    command.isSettled = true;
    if (command.isRouted) this.stop(command);
    else this.#lanes.release(command);
  }

  #isLapse(command: ModelCommand, frame: Frame): boolean {
    return !this.#facts.allows(command.session, command.nodeId) && isHonest(command, LAPSE, frame);
  }

  #oweTerminal(command: ModelCommand, reason: Code, then: () => void): void {
    const { id, session } = command;
    const code = typeof reason === 'string' ? () => reason : reason;
    const settle = (): void => {
      this.#settle(command);
      this.#subscriptions.settledByRelay(command, code());
      then();
    };
    if (session.phase !== 'open') {
      settle();
      return;
    }
    command.isEnding = true;
    this.#replies.owe(session.socket, {
      what: `${code()} for ${id}`,
      invariant: 'one_terminal',
      matches: (frame) => isHonest(command, code(), frame) || this.#isLapse(command, frame),
      onTaken: settle,
    });
  }

  #settle(command: ModelCommand): void {
    command.isSettled = true;
    const { commands } = command.session;
    if (commands.get(command.id) === command) commands.delete(command.id);
  }

  /** The node must be told to stop, once. */
  stop(command: ModelCommand): void {
    const node = this.#facts.nodes.get(command.nodeId);
    if (node === undefined || command.stopAt !== undefined) return;
    command.stopAt = this.#facts.now + DRAIN_MS;
    this.#replies.owe(node.session.socket, {
      what: `command_cancel of ${command.id}`,
      invariant: 'told_to_stop',
      matches: (frame) => isStop(command, node, frame),
    });
  }
}

/** Whether an error is the end that a command must have, told honestly. */
function isHonest(command: ModelCommand, code: string, { messageType, requestId, payload }: Frame): boolean {
  if (messageType !== 'error' || requestId !== command.id || payload['code'] !== code) return false;
  const effect = command.isRouted ? 'unknown' : 'none';
  const isSafe = effect === 'none' || command.isRepeatable;
  return payload['effect'] === effect && payload['retryable'] === (errorRow(code).canRetry && isSafe);
}

function isStop(command: ModelCommand, node: ModelNode, { messageType, requestId, payload }: Frame): boolean {
  if (messageType !== 'command_cancel' || requestId !== command.id) return false;
  return (
    payload['targetRequestId'] === command.id &&
    payload['nodeId'] === node.nodeId &&
    payload['action'] === command.action
  );
}

type Code = string | (() => string);

export interface FateRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly lanes: Lanes;
  readonly durables: Durables;
  readonly records: TabRecords;
  readonly subscriptions: ModelSubscriptions;
}
