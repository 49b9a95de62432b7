import type { LogEntry } from '@telepat/otto-protocol';

/** One command's life, as the log tells it. */
export interface CommandLife {
  readonly requestId: string;
  readonly action?: string;
  readonly nodeId?: string;
  readonly tabSessionId?: string;
  readonly clientId?: string;
  readonly controllerId?: string;
  readonly traceId?: string;
  /** When the log first knows of it. */
  readonly firstAt: string;
  /** When it took its place in the tab's queue, and which place. */
  readonly queued?: { readonly at: string; readonly place?: number };
  /** When the node had it, and how long it had waited by then. */
  readonly routed?: { readonly at: string; readonly waitedMs?: number };
  readonly end?: CommandEnd;
  /** Whatever else was logged under its id, oldest first. */
  readonly others: readonly LogEntry[];
}

/** How a command ended. */
export interface CommandEnd {
  readonly at: string;
  /** Who said so: the node, or the relay in its place. */
  readonly by: 'node' | 'relay';
  readonly isGood: boolean;
  /** `completed`, or the code of the error. */
  readonly status: string;
  /** From acceptance to the end. */
  readonly durationMs?: number;
  readonly effect?: string;
  /** It had an idempotency key. */
  readonly isDurable: boolean;
}

const END_TYPES: ReadonlySet<string> = new Set(['result', 'error', 'controller_acl_denied', 'queued_command_dropped']);

/** Nodes may write entries of any type; those have no duration. */
function isEnd({ type, source, durationMs, data }: LogEntry): boolean {
  return END_TYPES.has(type) && (source !== 'node' || durationMs !== undefined || data?.['isUnheard'] === true);
}

function isStep({ type, source }: LogEntry, wanted: 'command_queued' | 'command_routed'): boolean {
  return type === wanted && source !== 'node';
}

/**
 * Reads one command's life out of the entries with its id, oldest first. The same id may have been used again, or by
 * others: told is the latest life of whoever used it last.
 */
export function commandLife(entries: readonly LogEntry[]): CommandLife | undefined {
  const own = latestLife(entries);
  const [first] = own;
  if (first?.requestId === undefined) return undefined;
  const queued = own.find((entry) => isStep(entry, 'command_queued'));
  const routed = own.find((entry) => isStep(entry, 'command_routed'));
  const end = own.find(isEnd);
  const place = numberIn(queued, 'queueDepth');
  const waitedMs = numberIn(routed, 'waitedMs');
  return {
    requestId: first.requestId,
    ...firstOf(own, 'action'),
    ...firstOf(own, 'nodeId'),
    ...firstOf(own, 'clientId'),
    ...firstOf(own, 'controllerId'),
    ...firstOf(own, 'traceId'),
    ...tabOf(own),
    firstAt: first.timestamp,
    ...(queued === undefined ? {} : { queued: { at: queued.timestamp, ...(place === undefined ? {} : { place }) } }),
    ...(routed === undefined
      ? {}
      : { routed: { at: routed.timestamp, ...(waitedMs === undefined ? {} : { waitedMs }) } }),
    ...(end === undefined ? {} : { end: endOf(end) }),
    others: own.filter((entry) => entry !== queued && entry !== routed && entry !== end),
  };
}

/** From the last beginning on: a command begins in its queue, or at the node if it did not wait. */
function latestLife(entries: readonly LogEntry[]): readonly LogEntry[] {
  const owner = entries.findLast((entry) => isStep(entry, 'command_routed') || isEnd(entry)) ?? entries.at(-1);
  const own = entries.filter((entry) => identityOf(entry) === undefined || identityOf(entry) === identityOf(owner));
  const lastQueued = own.findLastIndex((entry) => isStep(entry, 'command_queued'));
  const lastRouted = own.findLastIndex((entry) => isStep(entry, 'command_routed'));
  const endsBetween = own.slice(lastQueued + 1, lastRouted).some(isEnd);
  const begin = lastQueued === -1 || endsBetween ? Math.max(lastRouted, 0) : lastQueued;
  return own.slice(begin);
}

function endOf({ timestamp, type, source, status, durationMs, data }: LogEntry): CommandEnd {
  const effect = data?.['effect'];
  const isBad = type !== 'result' || status === 'failed' || status === 'timed_out';
  return {
    at: timestamp,
    by: source === 'node' ? 'node' : 'relay',
    isGood: !isBad,
    status: status ?? (type === 'result' ? 'completed' : type),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(typeof effect === 'string' ? { effect } : {}),
    isDurable: data?.['durable'] === true,
  };
}

function identityOf(entry: LogEntry | undefined): string | undefined {
  return entry?.clientId ?? entry?.controllerId;
}

function firstOf<F extends 'action' | 'nodeId' | 'clientId' | 'controllerId' | 'traceId'>(
  entries: readonly LogEntry[],
  field: F,
): Partial<Record<F, string>> {
  const value = entries.find((entry) => entry[field] !== undefined)?.[field];
  const found: Partial<Record<F, string>> = {};
  if (value !== undefined) found[field] = value;
  return found;
}

function tabOf(entries: readonly LogEntry[]): { tabSessionId?: string } {
  for (const { data } of entries) {
    const tab = data?.['tabSessionId'];
    if (typeof tab === 'string') return { tabSessionId: tab };
  }
  return {};
}

function numberIn(entry: LogEntry | undefined, key: string): number | undefined {
  const value = entry?.data?.[key];
  return typeof value === 'number' ? value : undefined;
}
