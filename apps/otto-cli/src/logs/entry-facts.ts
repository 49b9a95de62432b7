import type { LogEntry } from '@telepat/otto-protocol';

/** What an entry says beside its ids: how it ended, how long it took, and the plain values of its data. */
export function factsOf({ status, durationMs, data }: LogEntry): string {
  const facts = Object.entries(data ?? {}).filter(([key]) => !key.endsWith('Id'));
  return [
    ...(status === undefined ? [] : [status]),
    ...(durationMs === undefined ? [] : [`after ${Math.round(durationMs)} ms`]),
    ...facts.flatMap(([key, value]) => factOf(key, value) ?? []),
  ].join(', ');
}

function factOf(key: string, value: unknown): string | undefined {
  if (typeof value === 'number') return `${key} ${Math.round(value)}`;
  return typeof value === 'string' || typeof value === 'boolean' ? `${key} ${value}` : undefined;
}
