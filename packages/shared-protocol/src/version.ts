/** The protocol version that Otto sends. */
export const PROTOCOL_VERSION = '1.0';

/**
 * Whether a peer's `protocolVersion` can be understood: any `1`, `1.x` or `1.x.y`.
 *
 * @example isCompatibleVersion('1.4') // true
 */
export function isCompatibleVersion(version: string): boolean {
  return version === PROTOCOL_VERSION || /^1(\.\d{1,6}){0,2}$/.test(version);
}
