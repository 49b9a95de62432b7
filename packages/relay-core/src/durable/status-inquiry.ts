import { isDeeperThan, isObject, type ErrorCode } from '@telepat/otto-protocol';
import { COMMAND_STATUS_WAIT_MS, JSON_DEPTH_MAX } from '@telepat/otto-protocol/limits';
import type { NodeChannel } from '../node/node-channel.js';
import type { Settlement } from '../node/pending-command.js';
import type { RelayCommands } from '../node/relay-commands.js';
import type { NodeOutcome } from '../ports/command-journal.js';
import type { DurableEntry } from './durable-entry.js';

/** Asks a node what became of a durable command whose outcome never arrived. */
export class StatusInquiry {
  readonly #relayCommands: RelayCommands;

  constructor(relayCommands: RelayCommands) {
    this.#relayCommands = relayCommands;
  }

  ask(entry: DurableEntry, channel: NodeChannel, answered: (answer: StatusAnswer) => void): void {
    const order = {
      action: 'relay.command_status',
      input: { idempotencyKey: entry.key, targetRequestId: entry.requestId },
      timeoutMs: COMMAND_STATUS_WAIT_MS,
    };
    // Only the very process that it was sent to can know that it never came.
    const { instanceId } = channel.link;
    const isAddressee = instanceId !== undefined && instanceId === entry.instanceId;
    this.#relayCommands.send(channel, order, (settlement) => {
      const answer = answerOf(settlement);
      answered(answer.status === 'never_received' && !isAddressee ? { status: 'unknown' } : answer);
    });
  }
}

/** Nodes that do not know the question answer with an error: that is `unknown`, too. */
function answerOf(settlement: Settlement): StatusAnswer {
  if (settlement.by === 'relay') {
    const { code } = settlement;
    return code === 'command_timed_out' ? { status: 'unknown' } : { status: 'unanswered', code };
  }
  const { messageType, payload } = settlement.frame;
  const data = messageType === 'result' && isObject(payload) ? payload['data'] : undefined;
  if (!isObject(data)) return { status: 'unknown' };
  if (data['status'] === 'unknown' && data['neverReceived'] === true) return { status: 'never_received' };
  if (data['status'] === 'running') return { status: 'running' };
  const outcome = data['status'] === 'done' ? readOutcome(data['outcome']) : undefined;
  return outcome === undefined ? { status: 'unknown' } : { status: 'done', outcome };
}

function readOutcome(value: unknown): NodeOutcome | undefined {
  if (!isObject(value) || !isObject(value['payload']) || isDeeperThan(value, JSON_DEPTH_MAX)) return undefined;
  const { messageType, payload } = value;
  return messageType === 'result' || messageType === 'error' ? { messageType, payload } : undefined;
}

export type StatusAnswer =
  | { readonly status: 'unknown' | 'never_received' }
  | { readonly status: 'running' }
  | { readonly status: 'done'; readonly outcome: NodeOutcome }
  /** The node went away, or the relay stops, before there was an answer. */
  | { readonly status: 'unanswered'; readonly code: ErrorCode };
