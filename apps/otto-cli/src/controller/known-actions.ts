import { ACTIONS, type ActionDescriptor } from '@telepat/otto-protocol';

/** The actions that this version knows and a controller may send, in the order of their table. */
export function knownActions(): readonly (readonly [name: string, descriptor: ActionDescriptor])[] {
  return Object.entries<ActionDescriptor>(ACTIONS).filter(([, { internal }]) => internal !== true);
}

/** Their names alone. */
export function actionNames(): readonly string[] {
  return knownActions().map(([name]) => name);
}
