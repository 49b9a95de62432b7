import type { LogEntry } from '@telepat/otto-protocol';
import { commandLife, type CommandLife } from './command-life.js';

/** How long before its queueing a command may have begun that still held the tab: the longest budget there is. */
export const BUDGET_MS_MAX = 600_000;

/**
 * The commands that held a tab while another one waited for it, in the order in which they held it.
 *
 * @param entries of the node, oldest first, from ten minutes before the command was queued
 */
export function heldBy(entries: readonly LogEntry[], waiting: CommandLife): readonly CommandLife[] {
  const { queued, routed, end, tabSessionId, requestId } = waiting;
  const until = routed?.at ?? end?.at;
  if (queued === undefined || tabSessionId === undefined) return [];
  return lives(entries)
    .filter((life) => life.requestId !== requestId && life.tabSessionId === tabSessionId)
    .filter((life) => life.routed !== undefined && (until === undefined || life.routed.at <= until))
    .filter((life) => life.end === undefined || life.end.at >= queued.at)
    .sort((left, right) => ((left.routed?.at ?? '') < (right.routed?.at ?? '') ? -1 : 1));
}

function lives(entries: readonly LogEntry[]): CommandLife[] {
  const byRequest = new Map<string, LogEntry[]>();
  for (const entry of entries) {
    if (entry.requestId === undefined) continue;
    const known = byRequest.get(entry.requestId);
    if (known === undefined) byRequest.set(entry.requestId, [entry]);
    else known.push(entry);
  }
  return [...byRequest.values()].flatMap((own) => commandLife(own) ?? []);
}
