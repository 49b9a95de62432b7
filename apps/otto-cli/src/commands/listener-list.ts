import { declareCommand } from '../declare-command.js';
import { SubscriptionRecords, type SubscriptionRecord } from '../listeners/subscription-records.js';

/** `otto listener list` */
export const listenerListCommand = declareCommand({
  words: 'listener list',
  summary: 'Lists the subscriptions that commands of this user follow.',
  examples: ['otto listener list', 'otto listener list --json'],
  run: async ({ context }) => {
    const subscriptions = await new SubscriptionRecords(context.paths.listeners).list();
    const lines = subscriptions.map(lineOf);
    if (lines.length === 0) lines.push('None is followed. otto listener subscribe-network begins one.');
    const shown = subscriptions.map((one) => ({ ...one, began: undefined }));
    context.output.answer({ subscriptions: shown }, lines.join('\n'));
  },
});

function lineOf({ id, listener, nodeId, tabSessionId, site, mode, pid, startedAt }: SubscriptionRecord): string {
  const since = new Date(startedAt).toLocaleString();
  return `${id}  ${listener} (${mode}) of ${tabSessionId} at ${site}, node ${nodeId}, since ${since}, process ${pid}`;
}
