import type { Capture } from './capture.js';

/**
 * Patterns, in the browser's own way, for what is to be stopped: everything that one of the captures may want, and not
 * much more. Undefined when nothing is to be stopped.
 */
export function browserPatterns(captures: Iterable<Capture>): string[] | undefined {
  const pausing = [...captures].filter(({ pauses }) => pauses);
  if (pausing.length === 0) return undefined;
  if (pausing.some(({ options }) => options.urlPatterns.length === 0)) return ['*'];
  return [...new Set(pausing.flatMap(({ options }) => options.urlPatterns.map(browserPattern)))];
}

/** The browser knows one star, for any text, and a question mark for any character. */
function browserPattern(glob: string): string {
  return glob.replace(/\\([^])|\*+|[?\\]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return /[*?\\]/.test(escaped) ? `\\${escaped}` : escaped;
    return found.startsWith('*') ? '*' : `\\${found}`;
  });
}
