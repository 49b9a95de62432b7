import { ACTIONS, actionDescriptor } from '@telepat/otto-protocol';

/** The actions that this version knows and a controller may send, in the order of their table. */
export function actionNames(): readonly string[] {
  return Object.keys(ACTIONS).filter((name) => actionDescriptor(name)?.internal !== true);
}
