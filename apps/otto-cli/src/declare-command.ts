import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import type { CommandContext } from './context.js';

/**
 * Declares a command as a row of the table: words, arguments, options and what it does. Values are checked by their
 * schemas before `run` sees them; a value that does not fit is wrong usage, named by its option.
 */
export function declareCommand<A extends ArgumentTable = {}, O extends OptionTable = {}>(
  declaration: CommandDeclaration<A, O>,
): Command {
  const { words, summary, examples } = declaration;
  const argumentRows = Object.entries<ArgumentDeclaration>(declaration.arguments ?? {});
  const optionRows = Object.entries<OptionDeclaration>(declaration.options ?? {});
  const hint = `See otto ${words} --help.`;
  const valuesOf = (given: GivenValues) => ({
    args: readValues(argumentRows, given.args, { hint, nameOf: (name) => `<${name}>` }),
    options: readValues(optionRows, given.options, { hint, nameOf: (_, { flags }) => longFlag(flags) }),
  });
  return {
    words,
    summary,
    examples,
    ...(declaration.details === undefined ? {} : { details: declaration.details }),
    endsItself: declaration.endsItself ?? false,
    streams: declaration.streams ?? false,
    isDialogue: declaration.isDialogue ?? false,
    ...(declaration.topics === undefined ? {} : { topics: declaration.topics }),
    arguments: argumentRows.map(([name, { summary, required, ...row }]) => ({
      name,
      summary,
      required,
      values: suggestedValues(row),
    })),
    options: optionRows.map(([key, { flags, summary, ...row }]) => ({
      key,
      flags,
      summary,
      values: suggestedValues(row),
    })),
    check: (given) => void valuesOf(given),
    run: async (context, given) => {
      const { args, options } = valuesOf(given);
      // The tables' keys are the declaration's own, and each value came through its schema.
      await declaration.run({ context, args: args as ValuesOf<A>, options: options as ValuesOf<O> });
    },
  };
}

function readValues<D extends { value: z.ZodType }>(
  rows: readonly (readonly [string, D])[],
  given: Readonly<Record<string, unknown>>,
  help: { hint: string; nameOf: (key: string, declaration: D) => string },
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, declaration] of rows) {
    const parsed = declaration.value.safeParse(given[key]);
    if (!parsed.success) {
      const problem = parsed.error.issues[0]?.message ?? 'is not valid';
      const message = `${help.nameOf(key, declaration)}: ${problem}.`;
      throw new OttoError('invalid_usage', { message, actionableHint: help.hint });
    }
    values[key] = parsed.data;
  }
  return values;
}

/** What a shell offers to complete: what the row names, else the members of its schema where these are a closed set. */
function suggestedValues({ suggests, value }: { suggests?: readonly string[]; value: z.ZodType }): readonly string[] {
  if (suggests !== undefined) return suggests;
  if (value instanceof z.ZodOptional || value instanceof z.ZodDefault) {
    const inner: unknown = value.unwrap();
    return inner instanceof z.ZodType ? suggestedValues({ value: inner }) : [];
  }
  return value instanceof z.ZodEnum ? value.options.map(String) : [];
}

function longFlag(flags: string): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

/** A row of `COMMANDS`. */
export interface Command {
  /** What is typed after `otto`: one word, or a group and a word. */
  readonly words: string;
  readonly summary: string;
  /** Further sentences of the help. */
  readonly details?: string;
  /** Command lines as people would type them; shown in the help. */
  readonly examples: readonly string[];
  /** It has something to end when its signal is aborted, and is waited for; others are simply left. */
  readonly endsItself: boolean;
  /** It may answer with more than one line. */
  readonly streams: boolean;
  /** It asks on a terminal; elsewhere, and with `--non-interactive`, it answers as with `--json`. */
  readonly isDialogue: boolean;
  readonly topics?: HelpTopics;
  readonly arguments: readonly { name: string; summary: string; required: boolean; values: readonly string[] }[];
  readonly options: readonly { key: string; flags: string; summary: string; values: readonly string[] }[];
  /**
   * Looks at what was given, and does nothing.
   * @throws OttoError `invalid_usage` when a value does not fit
   */
  check(given: GivenValues): void;
  run(context: CommandContext, given: GivenValues): Promise<void>;
}

/** Help about one thing that a command takes, where it has much to say of each: `otto cmd --help <action>`. */
export interface HelpTopics {
  /** The long flag that names one, too. */
  readonly flag: string;
  /** @throws OttoError `invalid_usage` when there is no such topic */
  help(topic: string): string;
}

/** Texts and flags as they were typed; each is checked by its schema. */
export interface GivenValues {
  readonly args: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface CommandDeclaration<A extends ArgumentTable, O extends OptionTable> {
  readonly words: string;
  readonly summary: string;
  readonly details?: string;
  readonly examples: readonly string[];
  readonly endsItself?: boolean;
  readonly streams?: boolean;
  readonly isDialogue?: boolean;
  readonly topics?: HelpTopics;
  readonly arguments?: A;
  readonly options?: O;
  run(call: { context: CommandContext; args: ValuesOf<A>; options: ValuesOf<O> }): Promise<void>;
}

export interface ArgumentDeclaration<S extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly required: boolean;
  readonly value: S;
  /** What shells offer, where the schema does not tell. */
  readonly suggests?: readonly string[];
}

/** The key of an option is its long flag in camel case, as the parser gives it. */
export interface OptionDeclaration<S extends z.ZodType = z.ZodType> {
  readonly flags: string;
  readonly summary: string;
  readonly value: S;
  /** What shells offer, where the schema does not tell. */
  readonly suggests?: readonly string[];
}

type ArgumentTable = Readonly<Record<string, ArgumentDeclaration>>;
type OptionTable = Readonly<Record<string, OptionDeclaration>>;
type ValuesOf<T extends Readonly<Record<string, { value: z.ZodType }>>> = { [K in keyof T]: z.output<T[K]['value']> };
