import { isObject, type LogLevel, type LogSource } from '@telepat/otto-protocol';
import type { LogBook, LogEvent } from '../logs/log-book.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { Session } from './session.js';

/**
 * Writes an entry about a command, under its ids and those of who sent it. Two of these are written for every command:
 * the entry is built field by field, because spreading several objects into one costs ten times as much.
 */
export function logCommand(log: LogBook, session: Session, order: CommandOrder, facts: CommandLogFacts): void {
  const { requestId, traceId, nodeId, action, tabSessionId } = order;
  const { clientId, controllerId } = session.identity;
  const { level, source, type, status, durationMs, data = {} } = facts;
  if (tabSessionId !== undefined) data['tabSessionId'] = tabSessionId;

  const event: Draft = { level, source, type, requestId, nodeId, action, data };
  if (traceId !== undefined) event.traceId = traceId;
  if (clientId !== undefined) event.clientId = clientId;
  if (controllerId !== undefined) event.controllerId = controllerId;
  if (status !== undefined) event.status = status;
  if (durationMs !== undefined) event.durationMs = durationMs;
  log.write(event);
}

/** How a node's terminal frame is logged. */
export function logNodeOutcome(
  log: LogBook,
  session: Session,
  order: CommandOrder,
  outcome: { messageType: string; payload: unknown; durationMs: number; data: Record<string, unknown> },
): void {
  const { messageType, payload, durationMs, data } = outcome;
  const type = messageType === 'result' ? 'result' : 'error';
  const status = statusOf(payload);
  const isGood = type === 'result' && status !== 'failed' && status !== 'timed_out';
  const level: LogLevel = isGood ? 'info' : 'error';
  logCommand(log, session, order, { level, source: 'node', type, status, durationMs, data });
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

/** How a node's terminal frame says that it ended. */
function statusOf(payload: unknown): string {
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
}
