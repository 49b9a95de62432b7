import { isLoopback } from './is-loopback.js';

/** The daemon serves no TLS: whoever answers there stands before it and may be anywhere. */
export function isDaemonsAddress(relayUrl: string): boolean {
  return /^(ws|http):/i.test(relayUrl) && isLoopback(relayUrl);
}
