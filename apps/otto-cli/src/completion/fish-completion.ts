import type { CompletionLeaf, CompletionOption, CompletionRows } from './completion-rows.js';

/** What fish loads. Options with values of their own offer those, others offer files. */
export function fishCompletion({ groups, leaves }: CompletionRows): string {
  const lines = [
    ...groups.flatMap(({ path, words }) =>
      words.map(({ word, summary }) => `complete -c otto -n "__otto_is '${path}'" -f -a ${word}${described(summary)}`),
    ),
    ...leaves.flatMap(leafLines),
    `complete -c otto -n "__otto_is ''" -l version -s V -d 'print the version'`,
  ];
  return `# Completion of otto for fish. Load it with: otto completion fish | source
function __otto_is
    set -l typed (commandline -opc)
    set -l place
    for word in $typed[2..-1]
        string match -q -- '-*' $word; or set -a place $word
    end
    set -l words (string split -n ' ' -- $argv[1])
    if test (count $words) -eq 0
        test (count $place) -eq 0
        return
    end
    test (count $place) -ge (count $words); or return 1
    test "$place[1..$(count $words)]" = "$argv[1]"; or return 1
    test "$argv[2]" = open; or test (count $place) -eq (count $words)
end
${lines.join('\n')}
`;
}

function leafLines({ path, options, values }: CompletionLeaf): string[] {
  const at = `complete -c otto -n "__otto_is '${path}' open"`;
  return [
    ...(values.length === 0 ? [] : [`complete -c otto -n "__otto_is '${path}'" -f -a '${values.join(' ')}'`]),
    ...options.map((option) => `${at} ${optionWords(option)}`),
  ];
}

function optionWords({ flags, summary, takesValue, values }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = values.length > 0 ? [`-x -a '${values.join(' ')}'`] : takesValue ? ['-r'] : ['-f'];
  return `${[...names, ...value].join(' ')}${described(summary)}`;
}

function described(summary: string): string {
  return summary === '' ? '' : ` -d '${summary.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
