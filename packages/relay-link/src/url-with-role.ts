import type { Role } from '@telepat/otto-protocol';

/**
 * The address with the role in its query, which decides the relay's origin rule.
 *
 * @example urlWithRole('ws://127.0.0.1:8787', 'node') // 'ws://127.0.0.1:8787/?role=node'
 */
export function urlWithRole(url: string, role: Role): string {
  if (url.includes('?')) return `${url}&role=${role}`;
  const hasPath = url.indexOf('/', url.indexOf('//') + 2) !== -1;
  return `${url}${hasPath ? '' : '/'}?role=${role}`;
}
