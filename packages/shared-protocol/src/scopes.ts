/** Scopes that are not names of actions; `*` does not cover them, but for `logs.read`. */
export const RELAY_SCOPES = ['relay.admin', 'pairing.approve', 'logs.read'] as const;

/** One scope: a dotted name, `prefix.*`, or `*`. */
export const SCOPE_PATTERN = /^(\*|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?)$/;

/**
 * Whether a list of scopes lets a controller send an action: by its exact name, by `prefix.*`, or by `*`.
 * Actions that are the relay's own (`relay.*`, `primitive.tab.close_owned`) are never allowed.
 *
 * @example scopesAllow(['primitive.tab.*'], 'primitive.tab.open') // true
 */
export function scopesAllow(scopes: readonly string[], action: string): boolean {
  if (action === 'primitive.tab.close_owned' || action.startsWith('relay.')) return false;
  return scopes.some((scope) => {
    if (scope === action || scope === '*') return true;
    return scope.endsWith('.*') && action.startsWith(scope.slice(0, -1));
  });
}

/** Whether a list of scopes holds one of the relay's own; `*` stands for `logs.read` and no other. */
export function holdsScope(scopes: readonly string[], wanted: RelayScope): boolean {
  return scopes.includes(wanted) || (wanted === 'logs.read' && scopes.includes('*'));
}

export type RelayScope = (typeof RELAY_SCOPES)[number];
