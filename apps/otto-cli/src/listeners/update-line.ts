import { httpInterceptUpdate } from '@telepat/otto-protocol';
import type { ListenerUpdate } from '@telepat/otto-sdk';

/** An update of `network.http_intercept` for people: a line without the body. */
export function updateLine({ updateType = '', data }: ListenerUpdate): string {
  const parsed = httpInterceptUpdate.safeParse(data);
  // Another version of a node may tell other things.
  if (!parsed.success) return `${updateType} ${JSON.stringify(data)}`;
  const { status, method, url, mimeType, bodyBytes, error, missedCount } = parsed.data;
  const facts = [
    ...(mimeType === '' ? [] : [mimeType]),
    ...(bodyBytes === undefined ? [] : [`${bodyBytes} bytes`]),
    ...(error === undefined ? [] : [error]),
    ...(missedCount === undefined ? [] : [`${missedCount} missed before`]),
  ];
  const answer = [status === 0 ? '' : String(status), method, url].filter((word) => word !== '').join(' ');
  return [updateType, answer, facts.length === 0 ? '' : `(${facts.join(', ')})`]
    .filter((part) => part !== '')
    .join('  ');
}
