import { COMMAND_FIELD_TYPES } from '@telepat/otto-protocol';
import * as z from 'zod';

const text = (lengthMax: number) => z.string().min(1).max(lengthMax);
const host = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'must be a host name in lower case');
const name = z
  .string()
  .max(100)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'must be a name of letters, digits, - and _');
const url = z
  .string()
  .max(8_192)
  .regex(/^https?:\/\/[^/]/, 'must begin with http:// or https://');
const ms = z.number().min(0).max(3_600_000);

/** The word that stands for a function where a module is described. */
const aFunction = z.literal('function', { error: 'must be a function' });

const login = z.strictObject({ probeUrl: url.optional(), isLoggedIn: aFunction });

const ofCommand = {
  id: name,
  displayName: text(200),
  description: text(2_000),
  tags: z.array(text(50)).max(20).optional(),
  requiresAuth: z.boolean().optional(),
  login: login.optional(),
  startUrl: url.optional(),
  preloadHost: host.optional(),
  inputFields: z
    .array(
      z.strictObject({
        name,
        type: z.enum(COMMAND_FIELD_TYPES),
        description: text(2_000),
        optional: z.boolean().optional(),
      }),
    )
    .max(100)
    .optional(),
  inputAtLeastOneOf: z.array(name).max(100).optional(),
  timeoutPolicy: z
    .strictObject({
      defaultMs: ms.optional(),
      scaling: z
        .strictObject({ inputField: name, baseMs: ms, perUnitMs: ms, minMs: ms.optional(), maxMs: ms.optional() })
        .optional(),
    })
    .optional(),
  execute: aFunction,
  test: aFunction.optional(),
};

const command = z.strictObject({ site: host, ...ofCommand });
const site = z.strictObject({
  site: host,
  startUrl: url.optional(),
  login: login.optional(),
  commands: z.array(z.strictObject(ofCommand)).min(1).max(100),
});

/**
 * The commands of a module as it was described, all of one site; a module holds one command, or a site with some.
 * Throws an Error whose message says what is wrong and where.
 */
export function commandsOfModule(described: unknown): DescribedCommand[] {
  const { exports } = z.object({ exports: z.array(z.unknown()) }).parse(described);
  const [exported, ...others] = exports;
  if (exported === undefined) throw new Error('exports neither command nor site, and has no default export');
  if (others.length > 0) throw new Error('exports more than one of command, site and default');
  const commands = hasCommands(exported) ? ofSite(checked(site, exported)) : [checked(command, exported)];
  for (const one of commands) requireSense(one);
  return commands;
}

function hasCommands(exported: unknown): boolean {
  return typeof exported === 'object' && exported !== null && 'commands' in exported;
}

function ofSite({ commands, ...shared }: z.output<typeof site>): DescribedCommand[] {
  return commands.map((one) => ({ ...shared, ...one }));
}

function checked<S extends z.ZodType>(schema: S, exported: unknown): z.output<S> {
  const parsed = schema.safeParse(exported);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new Error(`${where}${issue?.message ?? 'not well-formed'}`);
}

/** What no schema of a single field sees. */
function requireSense(one: DescribedCommand): void {
  const { inputFields = [], inputAtLeastOneOf = [], timeoutPolicy, requiresAuth, startUrl } = one;
  const names = inputFields.map((field) => field.name);
  const twice = names.find((field, index) => names.indexOf(field) !== index);
  if (twice !== undefined) throw new Error(`inputFields: ${twice} is declared twice`);
  const scaledBy = timeoutPolicy?.scaling?.inputField;
  const unknown = [...inputAtLeastOneOf, ...(scaledBy === undefined ? [] : [scaledBy])].find(
    (field) => !names.includes(field),
  );
  if (unknown !== undefined) throw new Error(`${unknown}: is none of the inputFields`);
  if (requiresAuth === true && one.login === undefined) throw new Error('requiresAuth: needs login.isLoggedIn');
  const startHost = startUrl === undefined ? one.site : new URL(startUrl).hostname;
  if (startHost !== one.site && !startHost.endsWith(`.${one.site}`)) throw new Error(`startUrl: is not at ${one.site}`);
}

/** A command of a module, with a word in the place of each of its functions. */
export type DescribedCommand = z.output<typeof command>;
