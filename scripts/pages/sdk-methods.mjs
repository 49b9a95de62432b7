/**
 * Methods of a tab that the SDK makes by hand, because one field of their input comes first or their options are older
 * than the rule; all others are made from the descriptors.
 */
export const HAND_MADE = new Set([
  'navigate',
  'close',
  'text',
  'html',
  'cleanHtml',
  'markdown',
  'evaluate',
  'download',
]);

/**
 * The name of the SDK's method for an action: `primitive.page.wait_for` is `waitFor`, `primitive.dom.extract_clean_html`
 * is `cleanHtml`, `command.run` is `runCommand`.
 * @param {string} action
 */
export function methodName(action) {
  const parts = action.split('.');
  const verb = (parts.at(-1) ?? '').replace(/^extract_/, '');
  const words = parts[0] === 'primitive' ? verb : `${verb}_${parts[0]}`;
  return words.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

/**
 * Whether a tab has a method for an action.
 * @param {Action} action
 */
export function isForTabs({ tab, internal, replacedBy }) {
  return tab !== 'never' && internal !== true && replacedBy === undefined;
}

/** @typedef {import('../../packages/shared-protocol/src/index.ts').ActionDescriptor} Action */
