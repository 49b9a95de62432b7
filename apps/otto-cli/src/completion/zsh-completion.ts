import type { CompletionLeaf, CompletionOption, CompletionRows } from './completion-rows.js';

/** What zsh loads, as a function of its completion system. Where nothing of ours fits, it offers files. */
export function zshCompletion({ groups, leaves }: CompletionRows): string {
  return `#compdef otto
# Completion of otto for zsh. Load it with: source <(otto completion zsh)
_otto() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" place='' i
  local -a options
  if [[ "$cur" == --*=* ]]; then prev="\${cur%%=*}"; compset -P '*='; fi
  for ((i = 2; i < CURRENT; i++)); do
    [[ "\${words[i]}" == -* ]] || place="$place\${place:+ }\${words[i]}"
  done
  case "$place" in
${groups.map(({ path, words }) => `    '${path}') options=(${words.map(({ word, summary }) => entry(word, summary)).join(' ')}) ;;`).join('\n')}
  esac
  case "$place" in
${leaves.map(leafCase).join('\n')}
  esac
  if (( \${#options} )); then _describe otto options; else _files; fi
}
if [[ "\${funcstack[1]}" == _otto ]]; then _otto "$@"; else compdef _otto otto; fi
`;
}

function leafCase({ path, options, values }: CompletionLeaf): string {
  const answers = options
    .filter(({ takesValue }) => takesValue)
    .map(
      (option) =>
        `        ${option.flags.join('|')}) options=(${option.values.map((value) => entry(value, '')).join(' ')}) ;;`,
    );
  const offered = [...values.map((value) => entry(value, '')), ...options.map(optionEntry)];
  return [
    `    '${path}'|'${path} '*)`,
    `      case "$prev" in`,
    ...answers,
    `        *) options+=(${offered.join(' ')}) ;;`,
    `      esac ;;`,
  ].join('\n');
}

function optionEntry({ flags, summary }: CompletionOption): string {
  return entry(flags.at(-1) ?? '', summary);
}

/** A word and what it does, for `_describe`: a colon divides the two, unless it is escaped. */
function entry(word: string, summary: string): string {
  const parts = [word.replaceAll(':', '\\:'), summary.replaceAll('\\', '\\\\')];
  const text = parts.filter((part) => part !== '').join(':');
  return `'${text.replaceAll("'", "'\\''")}'`;
}
