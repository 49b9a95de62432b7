/**
 * What systemd makes of a unit file, as far as ours goes: assignments of one line, words in quotes with escapes as in C
 * (systemd.syntax), specifiers (systemd.unit), and variables in all words of a command but its program
 * (systemd.service). What the file means other than literally is refused.
 */
export function readUnit(text: string): UnitFacts {
  const values = (name: string) =>
    text.split('\n').flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1).trim()] : []));
  const [program = '', ...args] = values('ExecStart').flatMap(words).map(withoutSpecifiers);
  return {
    command: [program, ...args.map(withoutVariables)],
    env: Object.fromEntries(values('Environment').flatMap(words).map(withoutSpecifiers).map(pairOf)),
    outputs: ['StandardOutput', 'StandardError'].flatMap(values).map(withoutSpecifiers),
  };
}

function words(value: string): string[] {
  const found = [...value.matchAll(/"((?:[^"\\]|\\.)*)"(?:\s+|$)/gy)];
  if (found.map(([all]) => all).join('') !== value) throw new Error(`These are not words in quotes: ${value}`);
  return found.map(([, word = '']) => word.replaceAll(/\\(.)/g, (_, escaped: string) => unescaped(escaped)));
}

function unescaped(letter: string): string {
  const meant = new Map([...'\\"\''].map((same) => [same, same])).set('n', '\n').set('t', '\t').get(letter);
  if (meant === undefined) throw new Error(`This is no escape that we write: \\${letter}`);
  return meant;
}

function withoutSpecifiers(text: string): string {
  return undoubled(text, '%');
}

function withoutVariables(text: string): string {
  return undoubled(text, '$');
}

function undoubled(text: string, sign: string): string {
  const parts = text.split(sign + sign);
  if (parts.some((part) => part.includes(sign))) throw new Error(`${sign} has a meaning in ${text}`);
  return parts.join(sign);
}

function pairOf(text: string): [name: string, value: string] {
  const end = text.indexOf('=');
  return [text.slice(0, end), text.slice(end + 1)];
}

interface UnitFacts {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: readonly string[];
}
