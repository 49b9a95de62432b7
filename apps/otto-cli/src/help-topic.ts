import type { Command, HelpTopics } from './declare-command.js';

/**
 * Help about the one thing that was named with `--help`, before or after it: `otto cmd --help primitive.tab.open`,
 * `otto cmd --action primitive.tab.open --help`. Undefined when none was named, or the command has no topics.
 */
export function topicHelp(words: readonly string[], commands: readonly Command[]): string | undefined {
  const command = commands.find((row) => row.words === words[0]);
  if (command?.topics === undefined) return undefined;
  const topic = topicIn(
    words.slice(1).filter((word) => word !== '--help' && word !== '-h'),
    command.topics,
  );
  return topic === undefined ? undefined : command.topics.help(topic);
}

function topicIn(words: readonly string[], { flag }: HelpTopics): string | undefined {
  const [first] = words;
  if (first !== undefined && !first.startsWith('-')) return first;
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  if (at === -1) return undefined;
  return words[at] === flag ? words[at + 1] : words[at]?.slice(flag.length + 1);
}
