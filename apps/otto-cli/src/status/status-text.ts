import type { StatusReply } from '@telepat/otto-protocol/http';
import { duration } from './duration.js';

/**
 * The running relay for people: who is there, and who holds what. Parts with nothing in them are left out. How long ago
 * something was goes by the relay's own time, where it tells that.
 */
export function statusText(status: StatusReply, wish: StatusTextOptions): string {
  const options = { ...wish, now: status.now ?? wish.now };
  return [
    ...nodeLines(status, options),
    ...part('Controllers', controllerLines(status, options), controllersLeftOut(status)),
    ...part(
      'Tabs open',
      status.tabs.map((row) => tabLine(row, options)),
      status.counts.tabs - status.tabs.length,
    ),
    ...part(
      'Locks',
      status.locks.map((row) => lockLine(row, options)),
      status.counts.locks - status.locks.length,
    ),
    ...part('Busy tabs', status.queues.map(queueLine), status.counts.queues - status.queues.length),
    ...part(
      'Durable commands without an outcome',
      status.durableCommands.map((row) => durableLine(row, options)),
      status.counts.durableCommands - status.durableCommands.length,
    ),
  ].join('\n');
}

function part(title: string, lines: readonly string[], leftOut: number): string[] {
  if (lines.length === 0) return [];
  const more = leftOut > 0 ? [`  … and ${leftOut} more`] : [];
  return [`${title}: ${lines.length + Math.max(0, leftOut)}`, ...lines.map((line) => `  ${line}`), ...more];
}

function nodeLines({ nodes, counts }: StatusReply, options: StatusTextOptions): string[] {
  if (nodes.length === 0) return ['No node is connected. Start one with otto node start.'];
  const lines = nodes.map(({ nodeId, inFlight, queued, lastPongAt, capabilities }) => {
    const can = options.isFull ? `; can ${capabilities.join(', ')}` : '';
    return `${nodeId}: ${inFlight} running, ${queued} waiting, answered ${ago(lastPongAt, options)}${can}`;
  });
  return part('Nodes', lines, counts.nodes - nodes.length);
}

function controllerLines({ sessions }: StatusReply, options: StatusTextOptions): string[] {
  const controllers = sessions.filter(({ role }) => role === 'controller');
  return controllers.map(
    (session) =>
      `${nameOf(session)}: connected for ${duration(options.now - session.connectedAt)}, heard ${ago(session.lastFrameAt, options)}`,
  );
}

/** Sessions that are not listed may be nodes, too: those are counted apart. */
function controllersLeftOut({ sessions, counts }: StatusReply): number {
  const listed = sessions.filter(({ role }) => role === 'controller').length;
  return Math.max(0, counts.sessions - counts.nodes - listed);
}

function tabLine({ owner, nodeId, since }: StatusReply['tabs'][number], options: StatusTextOptions): string {
  return `${nameOf(owner)} at ${nodeId}, for ${duration(options.now - since)}`;
}

function lockLine({ nodeId, tabSessionId, holder, expiresAt }: Lock, options: StatusTextOptions): string {
  return `${tabSessionId} at ${nodeId}: ${nameOf(holder)}, for ${duration(expiresAt - options.now)} more`;
}

function queueLine({ nodeId, tabSessionId, depth, head, running }: StatusReply['queues'][number]): string {
  const runs = running === undefined ? 'nothing runs' : `runs ${commandText(running)}`;
  const waits = head === undefined ? '' : `, first ${commandText(head)}`;
  return `${tabSessionId} at ${nodeId}: ${runs}; ${depth} waiting${waits}`;
}

function durableLine(row: StatusReply['durableCommands'][number], options: StatusTextOptions): string {
  const { requestId, nodeId, owner, phase, acceptedAt } = row;
  return `${requestId} of ${nameOf(owner)} at ${nodeId}: ${PHASES[phase]}, accepted ${ago(acceptedAt, options)}`;
}

const PHASES = {
  running: 'waits or runs',
  unknown: 'outcome unknown',
  asking: 'the node is being asked',
  adopted: 'runs at the node since before a restart',
  recording: 'its outcome is being stored',
} as const;

function commandText({ action, owner, ageMs }: NonNullable<StatusReply['queues'][number]['head']>): string {
  const who = owner === undefined ? 'the relay' : nameOf(owner);
  return `${action} of ${who} for ${duration(ageMs)}`;
}

function nameOf({ identity, name }: { identity: string; name?: string | undefined }): string {
  return name === undefined ? identity : `${name} (${identity})`;
}

function ago(at: number, { now }: StatusTextOptions): string {
  return `${duration(now - at)} ago`;
}

type Lock = StatusReply['locks'][number];

export interface StatusTextOptions {
  /** Our time, in epoch milliseconds, for an older relay that does not tell its own. */
  readonly now: number;
  /** Whether to say what each node can do, too. */
  readonly isFull: boolean;
}
