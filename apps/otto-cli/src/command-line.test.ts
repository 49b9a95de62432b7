import { expect, it } from 'vitest';
import { commandLine } from './command-line.js';
import { COMMANDS } from './commands/index.js';

const FIRST_WORDS = new Set(COMMANDS.map(({ words }) => words.split(' ')[0] ?? ''));
const GROUPS = [...FIRST_WORDS].filter((word) => COMMANDS.every(({ words }) => words !== word));

it.each(GROUPS)('the help of otto %s shows an example of each of its words', (group) => {
  const parsed = commandLine(COMMANDS, '0.1.0').parse([group, '--help']);

  const help = 'help' in parsed ? parsed.help : '';
  const [, examples = ''] = help.split('\nExamples:\n');
  const rows = COMMANDS.filter(({ words }) => words.startsWith(`${group} `));
  expect(examples.trimEnd().split('\n')).toEqual(rows.map((command) => `  $ ${command.examples[0]}`));
});
