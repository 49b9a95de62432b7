/** Told when a right ends, at once, so that live sessions and commands end with it. */
export interface AccessWatcher {
  /** A grant was withdrawn or expired. */
  grantEnded(clientId: string, nodeId: string): void;
  /** A client was removed. @returns how many live sessions that closed */
  clientRemoved(clientId: string): number;
  /** A refresh family was revoked. @returns how many live sessions that closed */
  familyEnded(sid: string): number;
  /** A client may do other things from now on. */
  scopesChanged(clientId: string, scopes: readonly string[]): void;
  /** A node was removed. @returns how many of its live sessions that closed */
  nodeRemoved(nodeId: string): number;
}
