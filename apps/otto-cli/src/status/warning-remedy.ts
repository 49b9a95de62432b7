/** What a relay warns of, and the one command that mends it, or shows what is to be mended. */
const REMEDIES: readonly (readonly [pattern: RegExp, command: (relayFolder: string, found: string) => string])[] = [
  [/operation log cannot be written|cannot be journalled|disk/i, (folder) => `df -h ${quoted(folder)}`],
  [/where other machines may reach it/, () => 'OTTO_RELAY_HOST=127.0.0.1 otto restart'],
  [/moved to (\S+\.rejected)/, (folder, file) => `less ${quoted(`${folder}/${file}`)}`],
  [/^This otto is version|pid file of the relay is gone/, () => 'otto restart'],
  [/did not stop in order/, () => 'otto start'],
];

/** A warning with the command that mends it, where there is one. */
export function withRemedy(warning: string, relayFolder: string): string {
  for (const [pattern, command] of REMEDIES) {
    const found = pattern.exec(warning);
    if (found !== null) return `${warning} Run: ${command(relayFolder, found[1] ?? '')}`;
  }
  return warning;
}

/** As one word of a shell. */
function quoted(path: string): string {
  return /^[\w./:~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
