import { shellWord } from '../shell-word.js';

/** What a relay warns of, and the one command that mends it, or shows what is to be mended. */
const REMEDIES: readonly (readonly [pattern: RegExp, command: (relayFolder: string, found: string) => string])[] = [
  // From their beginning, because the paths in them may hold any word.
  [
    /^(?:The operation log cannot be written|Durable commands cannot be journalled|The disk of )/,
    (folder) => `df -h ${shellWord(folder)}`,
  ],
  [/^The relay listens on \S+, where other machines may reach it/, () => 'OTTO_RELAY_HOST=127.0.0.1 otto restart'],
  [/^\d+ damaged lines of .* moved to (\S+\.rejected)/, (folder, file) => `less ${shellWord(`${folder}/${file}`)}`],
  [/^This otto is version|^The pid file of the relay is gone/, () => 'otto restart'],
  [/ is left from a relay that did not stop in order/, () => 'otto start'],
];

/** A warning with the command that mends it, where there is one. */
export function withRemedy(warning: string, relayFolder: string): string {
  for (const [pattern, command] of REMEDIES) {
    const found = pattern.exec(warning);
    if (found !== null) return `${warning} Run: ${command(relayFolder, found[1] ?? '')}`;
  }
  return warning;
}
