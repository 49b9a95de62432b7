import { baseOf } from './dom.js';

/** An address of the page, absolute; undefined for what leads nowhere outside of it. */
export function absoluteUrl(source: Element, address: string | null): string | undefined {
  if (address === null || address.trim() === '' || !URL.canParse(address, baseOf(source))) return undefined;
  const url = new URL(address, baseOf(source));
  return /^(https?|ftp|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
}
