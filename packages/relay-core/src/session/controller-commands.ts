import {
  OttoError,
  isObject,
  type CancelAckEvent,
  type LogLevel,
  type QueuedEvent,
  type RoutedEvent,
} from '@telepat/otto-protocol';
import { UNTABBED_PER_IDENTITY_MAX } from '@telepat/otto-protocol/limits';
import { contextOf } from '../node/command-context.js';
import type { CommandOwner, PendingCommand, Settlement } from '../node/pending-command.js';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from './session.js';

/** A controller's session as the owner of its commands: counts them, delivers their outcomes and logs their lives. */
export class ControllerCommands implements CommandOwner {
  readonly #session: Session;
  readonly #rooms: RelayRooms;

  constructor(session: Session, rooms: RelayRooms) {
    this.#session = session;
    this.#rooms = rooms;
  }

  /** Whether the command was sent by this session, or by an earlier one of the same identity that has ended. */
  mayBeCancelledBy(other: Session): boolean {
    return other === this.#session || (!this.#session.isOpen && other.ledger === this.#session.ledger);
  }

  get session(): Session {
    return this.#session;
  }

  /** The ids of its session, as log entries carry them. */
  logIds(): { clientId?: string; controllerId?: string } {
    return this.#session.logIds();
  }

  reserveQueuePlace(command: PendingCommand): void {
    const { ledger } = this.#session;
    const { byteLength } = command.order;
    if (!ledger.hasQueueRoom(byteLength, this.#rooms.config.controllerQueueLimit)) {
      throw new OttoError('controller_queue_overflow', contextOf(command));
    }
    ledger.queuedCount += 1;
    ledger.queuedBytes += byteLength;
  }

  leaveQueue(command: PendingCommand): void {
    this.#session.ledger.queuedCount -= 1;
    this.#session.ledger.queuedBytes -= command.order.byteLength;
  }

  reserveFlight(command: PendingCommand): void {
    if (this.#session.ledger.untabbedCount >= UNTABBED_PER_IDENTITY_MAX) {
      throw new OttoError('too_many_commands', contextOf(command));
    }
    this.#session.ledger.untabbedCount += 1;
  }

  refusal(command: PendingCommand): OttoError | undefined {
    const { identity } = this.#session;
    const { access } = this.#rooms;
    if (identity.clientId !== undefined && !access.clients.isLive(identity.clientId)) {
      return new OttoError('controller_revoked', contextOf(command));
    }
    if (!access.grants.allows(identity, command.order.nodeId)) {
      return new OttoError('acl_missing_node_grant', contextOf(command));
    }
    return undefined;
  }

  acknowledge(command: PendingCommand, event: QueuedEvent | RoutedEvent | CancelAckEvent): void {
    const { order } = command;
    if (!this.#session.ledger.commands.has(command)) this.#begin(command);
    this.#session.reply('event', order, event);
    if (event.type === 'queued') {
      this.#log(command, 'info', 'command_queued', { status: 'queued', data: { queueDepth: event.queueDepth } });
    } else if (event.type === 'routed') {
      const waitedMs = this.#rooms.clock.ticks() - command.acceptedAt;
      this.#log(command, 'info', 'command_routed', { status: 'routed', data: { waitedMs } });
    }
  }

  #begin(command: PendingCommand): void {
    const { ledger } = this.#session;
    this.#session.commands.set(command.requestId, command);
    ledger.commands.add(command);
    if (command.order.action === 'listener.subscribe') ledger.subscribingCount += 1;
  }

  settle(command: PendingCommand, settlement: Settlement): void {
    this.#session.commands.delete(command.requestId);
    this.#deliver(command, settlement);
    this.#rooms.subscriptions.settled(this.#session, command, settlement);
  }

  #deliver(command: PendingCommand, settlement: Settlement): void {
    const { order } = command;
    const durationMs = this.#rooms.clock.ticks() - command.acceptedAt;
    if (settlement.by === 'relay') {
      this.#session.sendError(order, settlement.error);
      const { code } = settlement.error;
      const isDenied = code === 'acl_missing_node_grant';
      const type = isDenied ? 'controller_acl_denied' : 'error';
      const data = { effect: command.effect };
      this.#write(command, {
        level: isDenied ? 'warn' : 'error',
        source: 'relay',
        type,
        status: code,
        durationMs,
        data,
      });
      return;
    }
    this.#session.send(settlement.bytes);
    const { messageType, payload } = settlement.frame;
    const type = messageType === 'result' ? 'result' : 'error';
    const status = statusOf(payload);
    const level: LogLevel = type === 'result' && status !== 'failed' ? 'info' : 'error';
    const data = { dataBytes: settlement.bytes.byteLength };
    this.#write(command, { level, source: 'node', type, status, durationMs, data });
  }

  released(command: PendingCommand): void {
    const { ledger } = this.#session;
    ledger.commands.delete(command);
    if (command.order.action === 'listener.subscribe') ledger.subscribingCount -= 1;
    if (command.order.lane === undefined) ledger.untabbedCount -= 1;
    this.#rooms.orphanTabs.workEnded(ledger, command.order.nodeId);
  }

  #log(
    command: PendingCommand,
    level: LogLevel,
    type: 'command_queued' | 'command_routed',
    rest: { status: string; data: Record<string, unknown> },
  ): void {
    this.#write(command, { level, source: 'controller', type, ...rest });
  }

  #write(command: PendingCommand, entry: Omit<Parameters<RelayRooms['log']['write']>[0], 'requestId'>): void {
    const { requestId, traceId, nodeId, action, tabSessionId } = command.order;
    this.#rooms.log.write({
      ...entry,
      requestId,
      ...(traceId === undefined ? {} : { traceId }),
      ...this.#session.logIds(),
      nodeId,
      action,
      data: { ...entry.data, ...(tabSessionId === undefined ? {} : { tabSessionId }) },
    });
  }
}

/** How a node's terminal frame says that it ended. */
function statusOf(payload: unknown): string {
  if (!isObject(payload)) return 'completed';
  if (typeof payload['code'] === 'string') return payload['code'].slice(0, 100);
  if (typeof payload['commandOutcome'] === 'string') return payload['commandOutcome'].slice(0, 100);
  return payload['ok'] === false ? 'failed' : 'completed';
}
