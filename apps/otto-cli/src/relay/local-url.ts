/**
 * How programs on this machine reach a relay that is bound to this address.
 *
 * @example localUrl({ host: '0.0.0.0', port: 8787 }) // 'http://127.0.0.1:8787'
 */
export function localUrl({ host, port }: { host: string; port: number }): string {
  const reachable = EVERYWHERE.get(host) ?? host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Addresses that mean every interface, each with the loopback address that reaches it. */
const EVERYWHERE = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);
