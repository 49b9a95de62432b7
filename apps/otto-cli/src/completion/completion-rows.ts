import type { Command } from '../declare-command.js';

/** Options of every command. */
const EVERYWHERE: readonly CompletionOption[] = [
  { flags: ['--json'], summary: 'print one line of JSON', takesValue: false, values: [] },
  { flags: ['-h', '--help'], summary: 'show help with examples', takesValue: false, values: [] },
];

/** The table of commands as shells see it: places of the command line, each with the words that may follow there. */
export function completionRows(commands: readonly Command[]): CompletionRows {
  const groups = new Map<string, CompletionWord[]>([['', []]]);
  for (const { words, summary } of commands) {
    const [first = '', second] = words.split(' ');
    if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), { word: second, summary }]);
    const top = groups.get('') ?? [];
    if (!top.some(({ word }) => word === first))
      top.push({ word: first, summary: second === undefined ? summary : '' });
  }
  const top = groups.get('')?.map(({ word, summary }) => ({ word, summary: summary || wordsOf(groups.get(word)) }));
  groups.set('', top ?? []);
  return {
    groups: [...groups].map(([path, words]) => ({ path, words })),
    leaves: commands
      .map((command) => ({
        path: command.words,
        options: [...command.options.map(optionOf), ...EVERYWHERE],
        values: command.arguments[0]?.values ?? [],
      }))
      // A word that is a command itself and holds others comes after these, because its path begins theirs.
      .sort((a, b) => b.path.split(' ').length - a.path.split(' ').length),
  };
}

/** A group says what is in it. */
function wordsOf(words: readonly CompletionWord[] = []): string {
  return words.map(({ word }) => word).join(', ');
}

function optionOf({ flags, summary, values }: Command['options'][number]): CompletionOption {
  return {
    flags: flags.split(/[ ,]+/).filter((part) => part.startsWith('-')),
    summary,
    takesValue: flags.includes('<'),
    values,
  };
}

export interface CompletionRows {
  /** `path` is empty for the first word, else the word of the group. */
  readonly groups: readonly { readonly path: string; readonly words: readonly CompletionWord[] }[];
  readonly leaves: readonly CompletionLeaf[];
}

export interface CompletionWord {
  readonly word: string;
  readonly summary: string;
}

export interface CompletionLeaf {
  readonly path: string;
  readonly options: readonly CompletionOption[];
  /** Of its first argument. */
  readonly values: readonly string[];
}

export interface CompletionOption {
  readonly flags: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}
