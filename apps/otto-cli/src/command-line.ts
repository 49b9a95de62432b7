import { OttoError } from '@telepat/otto-protocol';
import { Command as Parser, CommanderError } from 'commander';
import type { Command, GivenValues } from './declare-command.js';
import { topicHelp } from './help-topic.js';

/** Of a terminal that does not say how wide it is, and of whatever is no terminal. */
const COLUMNS_DEFAULT = 80;

const ROOT_EXAMPLES = `
Examples:
  $ otto setup
  $ otto node start --grant clt_…
  $ otto extract-content https://example.com
  $ otto help cmd

Every command takes --json, and --help with examples.`;

/** The grammar of `otto`, made from the rows of the command table. */
export function commandLine(commands: readonly Command[], version: string, columns = COLUMNS_DEFAULT): CommandLine {
  return { parse: (words) => parse({ commands, version, columns }, helpWanted(words, commands)) };
}

/** `otto help start` is what people type, too. */
function helpWanted(words: readonly string[], commands: readonly Command[]): readonly string[] {
  const [first, ...topic] = words;
  if (first !== 'help') return words;
  const isKnown = topic[0] === undefined || commands.some((command) => command.words.split(' ')[0] === topic[0]);
  // What is unknown is refused, with a suggestion.
  return isKnown ? [...topic, '--help'] : topic;
}

function parse({ commands, version, columns }: Grammar, words: readonly string[]): Parsed {
  let printed = '';
  let chosen: Parsed | undefined;
  const root = parser(columns, (text) => {
    printed += text;
  });
  root.version(version, '-V, --version', 'print the version');
  root.addHelpText('after', ROOT_EXAMPLES);
  for (const command of commands) {
    addCommand(root, commands, command, (given) => {
      chosen = { command, given };
    });
  }
  try {
    root.parse([...words], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    const isVersion = thrown.code === 'commander.version';
    if (thrown.exitCode === 0) {
      const help = isVersion ? printed : (topicHelp(words, commands) ?? printed);
      return { help, isWrong: false, isVersion };
    }
    if (thrown.code === 'commander.help') return { help: printed, isWrong: true, isVersion };
    throw new OttoError('invalid_usage', {
      message: sentence(thrown.message),
      actionableHint: helpHint(words, commands),
    });
  }
  if (chosen === undefined) throw new OttoError('invalid_usage');
  return chosen;
}

function addCommand(
  root: Parser,
  commands: readonly Command[],
  command: Command,
  choose: (given: GivenValues) => void,
): void {
  const words = command.words.split(' ');
  const [first = '', second] = words;
  const parent = second === undefined ? root : groupOf(root, first, commands);
  const leaf = parent.command(second ?? first).description(command.summary);
  leaf.summary(command.summary);
  if (command.details !== undefined) leaf.description(`${command.summary}\n\n${command.details}`);
  for (const { name, summary, required } of command.arguments)
    leaf.argument(required ? `<${name}>` : `[${name}]`, summary);
  for (const { flags, summary } of command.options) leaf.option(flags, summary);
  leaf.option('--json', command.streams ? 'print a line of JSON for each' : 'print one line of JSON');
  leaf.addHelpText('after', examplesText(command.examples));
  leaf.action(() => {
    const args = Object.fromEntries(command.arguments.map(({ name }, index) => [name, leaf.processedArgs[index]]));
    choose({ args, options: leaf.opts() });
  });
}

function examplesText(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

function groupOf(root: Parser, word: string, commands: readonly Command[]): Parser {
  const known = root.commands.find((command) => command.name() === word);
  if (known !== undefined) return known;
  const summary = GROUPS[word] ?? word;
  const rows = commands.filter(({ words }) => words.startsWith(`${word} `));
  const group = root.command(word).description(summary).summary(summary).helpCommand(false);
  return group.addHelpText('after', examplesText(rows.flatMap(({ examples }) => examples.slice(0, 1))));
}

/** Words that hold further words. */
const GROUPS: Readonly<Record<string, string>> = {
  client: 'The identity with which this machine sends commands.',
  access: 'Which controllers may command the node on this machine.',
  commands: 'What a node can be told to do.',
  security: 'How the relay on this machine withstands attacks.',
  service: 'The relay as a service of this user, which runs at each login.',
  node: 'A node: a browser whose tabs controllers drive.',
  listener: 'What tabs load, told as it comes.',
  logs: 'What happened: the operation log of the relay.',
};

/** Settings that subcommands inherit: nothing is printed and nothing exits here. */
function parser(columns: number, print: (text: string) => void): Parser {
  const width = () => columns;
  return new Parser('otto')
    .description('Several controllers share real browser tabs, safely and at the same time.')
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: print,
      outputError: () => undefined,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
    })
    .configureHelp({ subcommandTerm: termOf, subcommandDescription: descriptionOf, minWidthToWrap: 20 })
    .helpCommand(false)
    .showSuggestionAfterError(true);
}

/** A command in the list of commands, with its arguments. */
function termOf(command: Parser): string {
  if (command.commands.length > 0) return `${command.name()} …`;
  const args = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...args].join(' ');
}

/** A group names its words there, because a list of them would make the first column too wide to read. */
function descriptionOf(command: Parser): string {
  const words = command.commands.map((word) => word.name());
  return words.length === 0 ? command.summary() : `${command.summary()} Words: ${words.join(', ')}.`;
}

/** `error: unknown option '--x'` as a sentence. */
function sentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  const capitalised = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}

function helpHint(words: readonly string[], commands: readonly Command[]): string {
  const typed = words.slice(0, 2);
  const named = (words: string) => commands.find((command) => command.words === words);
  const command = named(typed.join(' ')) ?? named(typed[0] ?? '');
  const isGroup = commands.some(({ words: known }) => known.startsWith(`${typed[0] ?? ''} `));
  const known = command?.words ?? (isGroup ? typed[0] : undefined);
  return `See otto ${known === undefined ? '' : `${known} `}--help.`;
}

interface Grammar {
  readonly commands: readonly Command[];
  readonly version: string;
  readonly columns: number;
}

export interface CommandLine {
  /** @throws OttoError `invalid_usage` */
  parse(words: readonly string[]): Parsed;
}

/** A command with what was given to it, or help to print instead. */
export type Parsed = ParsedCommand | HelpText;

export interface ParsedCommand {
  readonly command: Command;
  readonly given: GivenValues;
}

/** What is printed instead. */
export interface HelpText {
  readonly help: string;
  /** It is the version alone. */
  readonly isVersion: boolean;
  /** The words made no command, so that help is the answer to a mistake. */
  readonly isWrong: boolean;
}
