import type { CompletionLeaf, CompletionRows } from './completion-rows.js';

/**
 * What bash loads, also the 3.2 of macOS. Where nothing of ours fits, bash offers files. `path` is what stands before
 * the cursor without options, so that it begins with the words of the command.
 */
export function bashCompletion({ groups, leaves }: CompletionRows): string {
  return `# Completion of otto for bash. Load it with: source <(otto completion bash)
_otto() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' i
  COMPREPLY=()
  if [ "$cur" = '=' ]; then cur=''; elif [ "$prev" = '=' ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) path="$path\${path:+ }\${COMP_WORDS[i]}" ;; esac
  done
  case "$path" in
${groups.map(({ path, words }) => `    '${path}') words='${[...words.map(({ word }) => word), ...optionsAt(path)].join(' ')}' ;;`).join('\n')}
  esac
  case "$path" in
${leaves.map(leafCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F _otto otto
`;
}

function optionsAt(path: string): string[] {
  return path === '' ? ['--help', '--version', '--json'] : ['--help'];
}

function leafCase({ path, options, values }: CompletionLeaf): string {
  const flags = options.flatMap((option) => option.flags);
  const answers = options
    .filter(({ takesValue }) => takesValue)
    .map((option) => `        ${option.flags.join('|')}) words='${option.values.join(' ')}' ;;`);
  return [
    `    '${path}'|'${path} '*)`,
    `      case "$prev" in`,
    ...answers,
    `        *) words="$words ${[...values, ...flags].join(' ')}" ;;`,
    `      esac ;;`,
  ].join('\n');
}
