import { NODE_ID_PATTERN } from '@telepat/otto-protocol';
import { COMMAND_TIMEOUT_MS_MAX, COMMAND_TIMEOUT_MS_MIN, KEEP_TABS_MS_MAX } from '@telepat/otto-protocol/limits';
import * as z from 'zod';

/** A flag without a value. */
export const flag = z.boolean().default(false);

/** Any text that is not empty. */
export const text = z.string().min(1, { error: 'must not be empty' });

/** The same for an option that cannot be left out. */
export const requiredText = z.string({ error: 'is required' }).min(1, { error: 'must not be empty' });

/** A whole number within bounds, as text. */
export function wholeNumber(bounds: { min: number; max: number; unit?: string }) {
  const unit = bounds.unit === undefined ? '' : ` ${bounds.unit}`;
  const error = `must be a whole number of ${bounds.min} to ${bounds.max}${unit}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= bounds.min && value <= bounds.max, { error });
}

/** A TCP port; 0 takes a free one. */
export const port = wholeNumber({ min: 0, max: 65_535 });

/** What a node may be called. */
export const nodeId = z.string().regex(NODE_ID_PATTERN, { error: 'must be 1 to 128 of A-Z a-z 0-9 . _ : -' });

/** The budget of a command. */
export const timeoutMs = wholeNumber({
  min: COMMAND_TIMEOUT_MS_MIN,
  max: COMMAND_TIMEOUT_MS_MAX,
  unit: 'milliseconds',
});

/** How long tabs are kept for the next call. */
export const keepTabsMs = wholeNumber({ min: 0, max: KEEP_TABS_MS_MAX, unit: 'milliseconds' });

/** The address of a page; a bare host name means https. */
export const pageUrl = z.string().transform((typed, check) => {
  const url = parsePageUrl(typed);
  if (url !== undefined) return url;
  check.addIssue({ code: 'custom', message: 'must be the address of a page, such as https://example.com' });
  return z.NEVER;
});

function parsePageUrl(typed: string): string | undefined {
  // `localhost:8080` has a port and no scheme.
  const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(typed);
  const candidate = hasScheme ? typed : `https://${typed}`;
  if (/\s/.test(typed) || !URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}
