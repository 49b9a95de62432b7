import { OttoError, type ErrorCode } from '@telepat/otto-protocol';
import { IN_FLIGHT_PER_IDENTITY_MAX, UNTABBED_PER_IDENTITY_MAX } from '@telepat/otto-protocol/limits';
import type { Acknowledgement } from '../node/acknowledgement.js';
import { contextOf } from '../node/command-context.js';
import type { CommandOwner, PendingCommand, Settlement } from '../node/pending-command.js';
import { elapsedMs } from '../ports/elapsed-ms.js';
import type { RelayRooms } from '../relay-rooms.js';
import { logCommand, logNodeOutcome, logRelayOutcome } from './command-log.js';
import type { Session } from './session.js';

/** A controller's session as the owner of its commands: counts them, delivers their outcomes and logs their lives. */
export class ControllerCommands implements CommandOwner {
  readonly holders: readonly object[] = [this];
  readonly #session: Session;
  readonly #rooms: RelayRooms;

  constructor(session: Session, rooms: RelayRooms) {
    this.#session = session;
    this.#rooms = rooms;
  }

  get session(): Session {
    return this.#session;
  }

  get isRelay(): false {
    return false;
  }

  /** The session's own mark: what holds its locks. */
  isHolder(holder: object): boolean {
    return holder === this;
  }

  /** The ids of its session, as log entries carry them. */
  logIds(): { clientId?: string; controllerId?: string } {
    return this.#session.logIds();
  }

  /** Whether the command was sent by this session, or by an earlier one of the same identity that has ended. */
  mayBeCancelledBy(other: Session): boolean {
    return other === this.#session || (!this.#session.isOpen && other.ledger === this.#session.ledger);
  }

  reserveQueuePlace(command: PendingCommand): void {
    const { ledger } = this.#session;
    const { byteLength } = command.order;
    if (!ledger.hasQueueRoom(byteLength, this.#rooms.config.controllerQueueLimit)) {
      throw refusal('controller_queue_overflow', command);
    }
    ledger.queuedCount += 1;
    ledger.queuedBytes += byteLength;
  }

  leaveQueue(command: PendingCommand): void {
    this.#session.ledger.queuedCount -= 1;
    this.#session.ledger.queuedBytes -= command.order.byteLength;
  }

  reserveFlight(command: PendingCommand): void {
    const { ledger } = this.#session;
    const isUntabbed = command.order.tabSessionId === undefined;
    const hasRoom = !isUntabbed || ledger.untabbedCount < UNTABBED_PER_IDENTITY_MAX;
    if (!hasRoom || ledger.inFlight >= IN_FLIGHT_PER_IDENTITY_MAX) {
      throw refusal('too_many_commands', command);
    }
    if (isUntabbed) ledger.untabbedCount += 1;
  }

  refusal(command: PendingCommand): ErrorCode | undefined {
    const { identity } = this.#session;
    const { access } = this.#rooms;
    if (identity.clientId !== undefined && !access.clients.isLive(identity.clientId)) {
      return 'controller_revoked';
    }
    if (!access.grants.allows(identity, command.order.nodeId)) {
      return 'acl_missing_node_grant';
    }
    return undefined;
  }

  prepare(_command: PendingCommand, ready: () => void): void {
    ready();
  }

  acknowledge(command: PendingCommand, said: Acknowledgement): void {
    if (!this.#session.ledger.commands.has(command)) this.#begin(command);
    const { order } = command;
    const { summary } = order;
    this.#session.acknowledge(order, said);
    const { log, clock } = this.#rooms;
    const [level, source] = ['info', 'controller'] as const;
    if (said.type === 'queued') {
      const data = { queueDepth: said.queueDepth };
      const type = 'command_queued';
      logCommand(log, this.#session, order, { level, source, type, status: 'queued', data, summary });
    } else {
      command.waitedMs = elapsedMs(clock, command.acceptedAt);
      const data = { waitedMs: command.waitedMs };
      const type = 'command_routed';
      logCommand(log, this.#session, order, { level, source, type, status: 'routed', data, summary });
    }
  }

  settle(command: PendingCommand, settlement: Settlement): void {
    this.#session.commands.delete(command.requestId);
    this.#deliver(command, settlement);
    this.#rooms.subscriptions.settled(this.#session, command, settlement);
  }

  released(command: PendingCommand): void {
    const { ledger } = this.#session;
    ledger.commands.delete(command);
    this.#rooms.endedRequests.note(command.order.nodeId, command.requestId, this.logIds());
    if (command.order.action === 'listener.subscribe') ledger.subscribingCount -= 1;
    if (command.order.tabSessionId === undefined) ledger.untabbedCount -= 1;
    this.#rooms.orphanTabs.workEnded(ledger, command.order.nodeId);
  }

  #begin(command: PendingCommand): void {
    const { ledger } = this.#session;
    this.#session.commands.set(command.requestId, command);
    ledger.commands.add(command);
    if (command.order.action !== 'listener.subscribe') return;
    ledger.subscribingCount += 1;
    this.#rooms.subscriptions.accepted(this.#session, command);
  }

  #deliver(command: PendingCommand, settlement: Settlement): void {
    const { log, clock, tabOwners } = this.#rooms;
    const { order, waitedMs } = command;
    const durationMs = elapsedMs(clock, command.acceptedAt);
    if (settlement.by === 'relay') {
      this.#session.sendError(order, settlement.error);
      const data = { effect: command.effect, ...(waitedMs === undefined ? {} : { waitedMs }) };
      logRelayOutcome(log, this.#session, order, { code: settlement.code, durationMs, data });
      return;
    }
    const { frame, bytes } = settlement;
    this.#session.send(bytes);
    const { messageType, payload } = frame;
    const { byteLength } = bytes;
    logNodeOutcome(log, this.#session, order, { messageType, payload, byteLength, durationMs, data: { waitedMs } });
    tabOwners.note(this.#session.ledger.key, order, frame);
  }
}

function refusal(code: ErrorCode, command: PendingCommand): OttoError {
  return new OttoError(code, contextOf(command, code));
}
