import { ACTIONS } from './actions/index.js';

/**
 * What a new controller client may do unless the relay's configuration says otherwise: every action that is not
 * sensitive, and reading the log. A family of primitives without a sensitive one is named as a whole.
 */
export const DEFAULT_CONTROLLER_SCOPES: readonly string[] = [...new Set(actionScopes()), 'logs.read'];

function actionScopes(): string[] {
  const offered = Object.entries(ACTIONS).filter(([, descriptor]) => descriptor.internal !== true);
  const guarded = new Set(offered.filter(([, { sensitive }]) => sensitive === true).map(([name]) => familyOf(name)));
  return offered
    .filter(([, { sensitive }]) => sensitive !== true)
    .map(([name]) => (isWhole(familyOf(name), guarded) ? `${familyOf(name)}.*` : name));
}

function isWhole(family: string, guarded: ReadonlySet<string>): boolean {
  return family.startsWith('primitive.') && !guarded.has(family);
}

function familyOf(action: string): string {
  return action.slice(0, action.lastIndexOf('.'));
}
