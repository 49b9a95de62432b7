import { isIP } from 'node:net';
import * as z from 'zod';
import { SCOPE_PATTERN } from '@telepat/otto-protocol';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+$/i;

/** A whole number in decimal digits. The message of each schema here completes "it must be …". */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const error = `a whole number ${range}`;
  return z
    .string()
    .trim()
    .regex(/^\d{1,16}$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

/** A switch: `1` or `true`, `0` or `false`. */
export function flag() {
  return z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['1', 'true', '0', 'false'], { error: '1, true, 0 or false' }))
    .transform((value) => value === '1' || value === 'true');
}

/** Any text but none. */
export function text(lengthMax = 200) {
  const error = `1 to ${lengthMax} characters`;
  const printable = z.string().regex(/^\P{Cc}*$/u, { error: `${error}, none of them a control character` });
  return z.string().trim().min(1, { error }).max(lengthMax, { error }).pipe(printable);
}

/** A secret, taken as it is. */
export function secret(lengthMin: number) {
  const error = `at least ${lengthMin} characters long`;
  return z
    .string()
    .min(lengthMin, { error })
    .regex(/\S/, { error: `${error}, and not blank` });
}

/** An address that a server can be bound to. */
export function bindAddress() {
  const error = 'an IP address or the name of a host';
  return z
    .string()
    .trim()
    .refine((value) => isIP(value) !== 0 || isHostName(value), { error });
}

/** Origins, separated by commas. */
export function origins() {
  const error = 'origins such as https://example.com or chrome-extension://abcdef, separated by commas';
  return list()
    .refine((values) => values.every((value) => ORIGIN.test(value)), { error, abort: true })
    .transform((values) => values.map(canonicalOrigin));
}

/** Names of hosts without a port, separated by commas. */
export function hostNames() {
  const error = 'names of hosts such as otto.example.com, without a port, separated by commas';
  return list()
    .refine((values) => values.every(isHostName), { error })
    .transform((values) => values.map((value) => value.toLowerCase().replace(/\.$/, '')));
}

/** Scopes, separated by commas. */
export function scopes() {
  const error = 'scopes such as primitive.tab.* or command.run, separated by commas';
  return list().refine((values) => values.every((value) => SCOPE_PATTERN.test(value)), { error });
}

function list() {
  return z.string().transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
}

/** A dotted number such as `1.2.3` is a slip of the pen, not a name. */
function isHostName(value: string): boolean {
  return HOST_NAME.test(value) && !/^[\d.]+$/.test(value);
}

/** As browsers send it: in lower case, without the scheme's own port. */
function canonicalOrigin(value: string): string {
  const lower = value.toLowerCase();
  return /^https?:/.test(lower) && URL.canParse(lower) ? new URL(lower).origin : lower;
}
