/** Scopes that are not names of actions; `*` does not cover them, but for `logs.read`. */
export const RELAY_SCOPES = ['relay.admin', 'pairing.approve', 'logs.read'] as const;

/** What a new controller client may do unless the relay's configuration says otherwise. */
export const DEFAULT_CONTROLLER_SCOPES: readonly string[] = [
  'primitive.tab.*',
  'primitive.dom.*',
  'primitive.page.snapshot',
  'primitive.page.screenshot',
  'primitive.page.pdf',
  'primitive.page.console',
  'primitive.page.wait_for',
  'primitive.page.dialog',
  'primitive.input.*',
  'command.list',
  'command.run',
  'command.test',
  'command.reddit_posts',
  'listener.subscribe',
  'listener.unsubscribe',
  'logs.read',
];

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
