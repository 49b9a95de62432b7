import type * as z from 'zod';
import type { ActionDescriptor } from './define-action.js';
import { domActions } from './dom.js';
import { inputActions } from './input.js';
import { listenerActions } from './listener.js';
import { pageActions } from './page.js';
import { siteCommandActions } from './site-command.js';
import { tabActions } from './tab.js';

/** Every action that a node of this build can execute: one row each. */
export const ACTIONS = {
  ...tabActions,
  ...domActions,
  ...pageActions,
  ...inputActions,
  ...siteCommandActions,
  ...listenerActions,
};

/** The descriptor of an action; undefined when this build does not know it (the relay lets it pass all the same). */
export function actionDescriptor(action: string): ActionDescriptor | undefined {
  return isActionName(action) ? ACTIONS[action] : undefined;
}

/** Whether a text names an action of this build. */
export function isActionName(action: string): action is ActionName {
  return Object.hasOwn(ACTIONS, action);
}

/** The name of an action that this build knows. */
export type ActionName = keyof typeof ACTIONS;
/** What an action takes. */
export type ActionInput<N extends ActionName> = z.input<(typeof ACTIONS)[N]['input']>;
/** What an action answers, as its `data`. */
export type ActionOutput<N extends ActionName> = z.output<(typeof ACTIONS)[N]['output']>;
