/** By what an action's name begins with. Names of no group are `other`: labels never hold what peers make up. */
const PREFIXES = [
  ['primitive.tab.', 'tab'],
  ['primitive.dom.', 'dom'],
  ['primitive.page.', 'page'],
  ['primitive.input.', 'input'],
  ['listener.', 'listener'],
  ['command.', 'command'],
] as const;

/** Every group of actions, as the metrics name them. */
export const ACTION_GROUPS = ['tab', 'dom', 'page', 'input', 'listener', 'command', 'other'] as const;

/** The group of an action. */
export function actionGroupOf(action: string | undefined): ActionGroup {
  if (action === undefined) return 'other';
  for (const [prefix, group] of PREFIXES) if (action.startsWith(prefix)) return group;
  return 'other';
}

export type ActionGroup = (typeof ACTION_GROUPS)[number];
