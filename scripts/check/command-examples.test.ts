import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../apps/otto-cli/src/command-line.ts';
import { COMMANDS } from '../../apps/otto-cli/src/commands/index.ts';
import { checkInput } from '../../apps/otto-cli/src/controller/check-input.ts';
import { actionNames } from '../../apps/otto-cli/src/controller/known-actions.ts';

const page = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8');
const lines = [...page.matchAll(/^```sh\n(.*)\n```$/gm)].map(([, line = '']) => line);

describe('the command lines on the page of actions', () => {
  it('are one for each action', () => {
    const named = lines.map((line) => optionsOf(line)['action']);

    expect(named).toEqual(actionNames());
  });

  it.each(lines)('%s is one that otto takes', (line) => {
    const { action, payload = '{}', tabSession } = optionsOf(line);

    expect(() => checkInput({ action: action ?? '', input: JSON.parse(payload), tabSession })).not.toThrow();
  });
});

function optionsOf(line: string): Record<string, string | undefined> {
  const [program, ...words] = shellWords(line);
  const parsed = commandLine(COMMANDS, '0').parse(words);
  if (program !== 'otto' || 'help' in parsed) throw new Error(`no command: ${line}`);
  return Object.fromEntries(Object.entries(parsed.given.options).map(([name, value]) => [name, String(value)]));
}

/** The words of a line with nothing in it but blanks and single quotes. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'\\]|\\'|'[^']*')+/g)].map(([word]) =>
    word.replace(/\\'|'([^']*)'/g, (piece, quoted) => (piece === "\\'" ? "'" : quoted)),
  );
}
