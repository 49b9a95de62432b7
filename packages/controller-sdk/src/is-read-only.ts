import { READ_ONLY_ACTIONS } from './generated/read-only-actions.js';

/**
 * Whether a repeat of an action has no effect, so that it can be sent again although nobody knows what became of the
 * first try. The descriptors say the same; here is a copy without their schemas.
 */
export function isReadOnly(action: string): boolean {
  return READ_ONLY_ACTIONS.has(action);
}
