import { OttoError } from '@telepat/otto-protocol';

/**
 * Lets pass what a tab may be sent to: `http:`, `https:` and `about:blank`. Everything else could reach the files of
 * the machine, the browser itself, or run script in the place of another page.
 *
 * @throws OttoError `invalid_action_input`
 */
export function requireAllowedUrl(url: string): string {
  if (ALLOWED.test(url)) return url;
  const message = 'url must begin with http:// or https://, or be about:blank.';
  throw new OttoError('invalid_action_input', { message, effect: 'none' });
}

/** Matched from the first character: browsers drop blanks before a scheme, and line breaks within it. */
const ALLOWED = /^(https?:\/\/[^/]|about:blank$)/i;
