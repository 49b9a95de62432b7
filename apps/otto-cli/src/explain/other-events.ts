import type { LogEntry } from '@telepat/otto-protocol';
import { factsOf } from '../logs/entry-facts.js';

/** What the relay's own words mean for somebody who asks about one command. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['command_cancel_requested', 'Its sender asked to cancel it'],
  ['late_result_dropped', 'The node answered when it was over already, which changed nothing'],
  ['result_owner_mismatch', 'Another node answered in place of its own, which changed nothing'],
  ['listener_subscribed', 'The subscription that it asked for began'],
  ['listener_update', 'The node sent updates'],
  ['listener_ended', 'The subscription ended'],
  ['stream_opened', 'A stream was opened'],
  ['stream_ended', 'The stream ended'],
]);

/** Whatever else was logged under a command's id, in a sentence. */
export function otherEvent(entry: LogEntry): string {
  const facts = factsOf(entry);
  const who = entry.source === 'node' ? 'the node wrote ' : '';
  const what = WORDS.get(entry.type) ?? `Also: ${who}${entry.type}`;
  return `${what}${facts === '' ? '' : ` (${facts})`}.`;
}
