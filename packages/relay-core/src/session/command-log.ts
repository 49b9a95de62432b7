import { isObject, type LogLevel } from '@telepat/otto-protocol';
import type { LogBook, LogEvent } from '../logs/log-book.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { Session } from './session.js';

/** Writes an entry about a command, under its ids and those of who sent it. */
export function logCommand(log: LogBook, session: Session, order: CommandOrder, entry: CommandLogEntry): void {
  const { requestId, traceId, nodeId, action, tabSessionId } = order;
  log.write({
    ...entry,
    requestId,
    ...(traceId === undefined ? {} : { traceId }),
    ...session.logIds(),
    nodeId,
    action,
    data: { ...entry.data, ...(tabSessionId === undefined ? {} : { tabSessionId }) },
  });
}

/** What a terminal frame of a node is in the log. */
export function nodeOutcomeEntry(messageType: string, payload: unknown): Pick<LogEvent, 'level' | 'type' | 'status'> {
  const type = messageType === 'result' ? 'result' : 'error';
  const status = statusOf(payload);
  const level: LogLevel = type === 'result' && status !== 'failed' ? 'info' : 'error';
  return { level, type, status };
}

/** What a terminal error of the relay's making is in the log. */
export function relayOutcomeEntry(code: string): Pick<LogEvent, 'level' | 'type' | 'status'> {
  const isDenied = code === 'acl_missing_node_grant';
  return { level: isDenied ? 'warn' : 'error', type: isDenied ? 'controller_acl_denied' : 'error', status: code };
}

/** How a node's terminal frame says that it ended. */
function statusOf(payload: unknown): string {
  if (!isObject(payload)) return 'completed';
  if (typeof payload['code'] === 'string') return payload['code'].slice(0, 100);
  if (typeof payload['commandOutcome'] === 'string') return payload['commandOutcome'].slice(0, 100);
  return payload['ok'] === false ? 'failed' : 'completed';
}

export type CommandLogEntry = Omit<LogEvent, 'requestId' | 'traceId' | 'nodeId' | 'action'>;
