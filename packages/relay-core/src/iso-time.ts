/* eslint-disable no-restricted-globals -- Date only converts here; no clock is read. */

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$/;

/** Epoch milliseconds as ISO-8601 in UTC. */
export function toIsoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/**
 * Epoch milliseconds of an ISO-8601 date and time with its zone; undefined for anything else.
 *
 * @example parseIsoTime('2026-01-31T12:00:00Z')
 */
export function parseIsoTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 40 || !ISO_8601.test(text)) return undefined;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
