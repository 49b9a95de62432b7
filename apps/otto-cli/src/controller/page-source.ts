import { OttoError } from '@telepat/otto-protocol';

/**
 * Where a reading command reads: a page of its own, which the node opens in the background and closes, or a tab that
 * is open. Exactly one of the two.
 */
export function pageSource(url: string | undefined, tabSession: string | undefined): { url?: string } {
  if ((url === undefined) !== (tabSession === undefined)) return url === undefined ? {} : { url };
  throw new OttoError('invalid_usage', {
    message: url === undefined ? 'Nothing to read was named.' : 'A page and a tab were named.',
    actionableHint: 'Give either the address of a page or --tab-session.',
  });
}
