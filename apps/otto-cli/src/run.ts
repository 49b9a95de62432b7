import { OttoError } from '@telepat/otto-protocol';
import { AlreadyTold } from './already-told.js';
import { commandLine, type HelpText, type ParsedCommand } from './command-line.js';
import { COMMANDS } from './commands/index.js';
import { ConfigFile } from './config/config-file.js';
import { pathsOf } from './config/paths.js';
import { SecretStore } from './config/secret-store.js';
import type { CommandContext } from './context.js';
import type { Command } from './declare-command.js';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { Interruption, unlessAborted } from './interruption.js';
import type { Io } from './io.js';
import { OutputLost } from './output-lost.js';
import { Output } from './output.js';
import { readVersion } from './version.js';

/** How long an interrupted command may take to end what it has started. Each part of it has bounds of its own. */
const END_MS_MAX = 30_000;

/** Runs one command line to its exit code. The only place where errors of commands are caught. */
export async function run(io: Io, words: readonly string[], commands: readonly Command[] = COMMANDS): Promise<number> {
  const output = new Output(io, { json: asksForJson(io, words, commands) });
  try {
    const parsed = commandLine(commands, readVersion(), io.stdout.columns).parse(withoutJson(words));
    if ('help' in parsed) return tell(io, output, { ...parsed, group: groupOf(words, commands) });
    const work = runCommand(parsed, contextOf(io, output));
    await unlessAborted(io.signal, work, { graceMs: parsed.command.endsItself ? END_MS_MAX : 0 });
    if (hasCrashed(io)) return report(io, output, io.signal.reason);
    return EXIT_CODES.success;
  } catch (thrown) {
    return report(io, output, thrown);
  }
}

/** Help or the version, instead of a command. */
function tell(io: Io, output: Output, { help, isWrong, isVersion, group }: HelpText & { group: string }): number {
  if (!output.isJson) {
    (isWrong ? io.stderr : io.stdout).write(help);
    return isWrong ? EXIT_CODES.usage : EXIT_CODES.success;
  }
  if (isWrong) {
    const actionableHint = `See otto ${group}--help.`;
    throw new OttoError('invalid_usage', { message: 'No command was given.', actionableHint });
  }
  output.answer(isVersion ? { version: help.trim() } : { help }, help);
  return EXIT_CODES.success;
}

/** The word that was typed, and that only begins commands; empty when there is none. */
function groupOf(words: readonly string[], commands: readonly Command[]): string {
  const group = `${words.find((word) => !word.startsWith('-')) ?? ''} `;
  return commands.some((command) => command.words.startsWith(group)) ? group : '';
}

/** What a command itself finds wrong with its usage leads to its own help. */
async function runCommand({ command, given }: ParsedCommand, context: CommandContext): Promise<void> {
  try {
    await command.run(context, given);
  } catch (error) {
    if (!(error instanceof OttoError) || error.code !== 'invalid_usage' || error.context.actionableHint !== undefined)
      throw error;
    const { message, cause } = error;
    throw new OttoError('invalid_usage', { message, actionableHint: `See otto ${command.words} --help.` }, { cause });
  }
}

/** An aborted signal is the cause of whatever failed after it; a crash that aborted it is told as the failure. */
function report(io: Io, output: Output, thrown: unknown): number {
  const cause: unknown = io.signal.aborted ? io.signal.reason : thrown;
  if (cause instanceof Interruption) {
    if (!output.isJson) output.note('otto: interrupted');
    return exitCodeOf(cause);
  }
  // Where the answer had no place, there is none for the failure either: `main` tells it elsewhere.
  if (cause instanceof AlreadyTold || cause instanceof OutputLost) return EXIT_CODES.failure;
  const error = OttoError.from(cause);
  output.failure(error);
  return exitCodeOf(error);
}

/** Something failed where nobody could catch it; the command has ended all the same. */
function hasCrashed(io: Io): boolean {
  return io.signal.aborted && !(io.signal.reason instanceof Interruption);
}

function contextOf(io: Io, output: Output): CommandContext {
  const paths = pathsOf(io);
  return {
    io,
    output,
    paths,
    config: new ConfigFile(paths.config),
    secrets: new SecretStore({ path: paths.clientSecret, env: io.env, keychain: io.keychain }),
    version: readVersion(),
  };
}

/** Wrong usage must be answered as JSON too, when that was asked for, so this is found out before parsing. */
function asksForJson(io: Io, words: readonly string[], commands: readonly Command[]): boolean {
  const typed = words.slice(0, endOfOptions(words));
  if (typed.includes('--json')) return true;
  const isDialogue = commands.some((command) => command.isDialogue && command.words === typed[0]);
  if (!isDialogue || typed.includes('--help') || typed.includes('-h')) return false;
  return !io.isInteractive || typed.includes('--non-interactive');
}

/** The same wherever it stands, also before a command or without one. */
function withoutJson(words: readonly string[]): string[] {
  const end = endOfOptions(words);
  return words.filter((word, index) => word !== '--json' || index >= end);
}

function endOfOptions(words: readonly string[]): number {
  const end = words.indexOf('--');
  return end === -1 ? words.length : end;
}
