import * as z from 'zod';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A point in time as people type it: ISO-8601, a date, or how long ago (`90s`, `15m`, `2h`, `3d`). What comes out is
 * ISO-8601.
 */
export const since = z.string().transform((typed, check) => {
  const at = timeOf(typed.trim(), Date.now());
  if (at !== undefined) return new Date(at).toISOString();
  check.addIssue({
    code: 'custom',
    message: 'must be a time such as 2026-01-31T12:00:00Z, or how long ago, such as 15m',
  });
  return z.NEVER;
});

function timeOf(typed: string, now: number): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(typed) ?? [];
  if (count !== undefined && isUnit(unit)) {
    const at = now - Number(count) * UNIT_MS[unit];
    return at >= 0 ? at : 0;
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(typed)) return undefined;
  const at = Date.parse(typed);
  return Number.isNaN(at) ? undefined : at;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && text in UNIT_MS;
}
