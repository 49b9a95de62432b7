import { isObject, type LogLevel, type LogSource } from '@telepat/otto-protocol';
import type { LogBook } from '../logs/log-book.js';
import type { LogEvent } from '../logs/log-event.js';
import type { Summary } from '../logs/summary.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { Session } from './session.js';

/**
 * Writes an entry about a command, under its ids and those of who sent it. Two or three of these are written for every command:
 * the entry is built field by field, because spreading several objects into one costs ten times as much.
 */
export function logCommand(log: LogBook, session: Session, order: CommandOrder, facts: CommandLogFacts): void {
  const { requestId, traceId, nodeId, action, tabSessionId } = order;
  const { clientId, controllerId } = session.identity;
  const { level, source, type, status, durationMs, summary, data = {} } = facts;
  if (tabSessionId !== undefined) data['tabSessionId'] = tabSessionId;
  if (summary !== undefined) addSummary(data, summary);

  const event: Draft = { level, source, type, requestId, nodeId, action, data };
  if (traceId !== undefined) event.traceId = traceId;
  if (clientId !== undefined) event.clientId = clientId;
  if (controllerId !== undefined) event.controllerId = controllerId;
  if (status !== undefined) event.status = status;
  if (durationMs !== undefined) event.durationMs = durationMs;
  log.writeSoon(event);
}

/** How a node's terminal frame is logged; `byteLength` is that of the frame, where it is known. */
export function logNodeOutcome(log: LogBook, session: Session, order: CommandOrder, outcome: NodeOutcomeFacts): void {
  const { messageType, payload, byteLength, durationMs, data } = outcome;
  const type = messageType === 'result' ? 'result' : 'error';
  const status = statusOf(payload);
  const level = levelOf(messageType, payload);
  const said = type === 'result' && isObject(payload) ? payload['data'] : undefined;
  const summary = byteLength === undefined ? undefined : log.summary(said, byteLength);
  logCommand(log, session, order, { level, source: 'node', type, status, durationMs, data, summary });
}

/** How a terminal error of the relay's making is logged. */
export function logRelayOutcome(
  log: LogBook,
  session: Session,
  order: CommandOrder,
  outcome: { code: string; durationMs: number; data: Record<string, unknown> },
): void {
  const { code: status, durationMs, data } = outcome;
  const isDenied = status === 'acl_missing_node_grant';
  const type = isDenied ? 'controller_acl_denied' : 'error';
  logCommand(log, session, order, {
    level: isDenied ? 'warn' : 'error',
    source: 'relay',
    type,
    status,
    durationMs,
    data,
  });
}

function addSummary(data: Record<string, unknown>, { dataBytes, keys, payload }: Summary): void {
  data['dataBytes'] = dataBytes;
  if (keys !== undefined) data['keys'] = keys;
  if (payload !== undefined) data['payload'] = payload;
}

/** A node's terminal frame is an error's when it is an `error`, or a `result` of something that did not work. */
export function levelOf(messageType: string, payload: unknown): LogLevel {
  const status = statusOf(payload);
  return messageType === 'result' && status !== 'failed' && status !== 'timed_out' ? 'info' : 'error';
}

/** How a node's terminal frame says that it ended. */
export function statusOf(payload: unknown): string {
  if (!isObject(payload)) return 'completed';
  const { code, commandOutcome, ok } = payload;
  if (typeof code === 'string') return code.slice(0, 100);
  if (typeof commandOutcome === 'string') return commandOutcome.slice(0, 100);
  return ok === false ? 'failed' : 'completed';
}

type Draft = { -readonly [Field in keyof LogEvent]: LogEvent[Field] };

/** What is said of a command beside its ids; `data` becomes the entry's own. */
export interface CommandLogFacts {
  readonly level: LogLevel;
  readonly source: LogSource;
  readonly type: LogEvent['type'];
  readonly status?: string;
  readonly durationMs?: number;
  readonly data?: Record<string, unknown>;
  /** Of the payload; it is added to the data. */
  readonly summary?: Summary | undefined;
}

/** A terminal frame of a node, and what is known around it; `data` becomes the entry's own. */
export interface NodeOutcomeFacts {
  readonly messageType: string;
  readonly payload: unknown;
  readonly byteLength?: number | undefined;
  readonly durationMs: number;
  readonly data: Record<string, unknown>;
}
