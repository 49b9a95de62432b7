import type * as z from 'zod';

/**
 * The fields of an object as help and documentation show them, from its schema; undefined when the schema asks for no
 * object. What begins with two underlines is the relay's own and is left out.
 */
export function schemaFields(schema: z.ZodType, io: 'input' | 'output'): readonly SchemaField[] | undefined {
  return fieldsOf(schema.toJSONSchema({ io, unrepresentable: 'any' }));
}

function fieldsOf({ properties, required = [] }: JsonSchema): readonly SchemaField[] | undefined {
  if (properties === undefined) return undefined;
  return Object.entries(properties)
    .filter(([name]) => !name.startsWith('__'))
    .map(([name, schema]) => field(name, asSchema(schema), required.includes(name)));
}

function field(name: string, schema: JsonSchema, isRequired: boolean): SchemaField {
  const { description, default: ifLeftOut } = schema;
  const isList = schema.type === 'array';
  const value = isList && !Array.isArray(schema.items) ? asSchema(schema.items) : schema;
  const fields = fieldsOf(value);
  const values = value.enum?.map(String);
  return {
    name,
    isRequired,
    isList,
    type: typeText(value),
    bounds: isList ? listBounds(schema, value) : valueBounds(value),
    ...(values === undefined ? {} : { values }),
    ...(description === undefined ? {} : { description }),
    ...(ifLeftOut === undefined ? {} : { default: ifLeftOut }),
    ...(fields === undefined ? {} : { fields }),
  };
}

function typeText({ type, const: only }: JsonSchema): string {
  if (only !== undefined) return JSON.stringify(only);
  return type === undefined ? 'any JSON' : [type].flat().join(' or ');
}

function listBounds({ maxItems }: JsonSchema, item: JsonSchema): string[] {
  const count = maxItems === undefined ? [] : [`at most ${maxItems}`];
  return [...count, ...valueBounds(item).map((bound) => `each ${bound}`)];
}

/** Every safe integer is no bound that anybody set. */
function valueBounds({ type, minimum, maximum, maxLength }: JsonSchema): string[] {
  if (type === 'string') return maxLength === undefined ? [] : [`at most ${maxLength} characters`];
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return [`${minimum ?? 0} to ${maximum}`];
  return minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? [] : [`${minimum} or more`];
}

/** JSON Schema also has `true` for anything. */
function asSchema(schema: JsonSchema | boolean | undefined): JsonSchema {
  return typeof schema === 'object' ? schema : {};
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One field of an object, in words. */
export interface SchemaField {
  readonly name: string;
  readonly isRequired: boolean;
  /** It holds a list of what follows. */
  readonly isList: boolean;
  readonly type: string;
  /** The only values that it can have. */
  readonly values?: readonly string[];
  /** `at most 20`, `each at most 2000 characters`, `1 to 100`. */
  readonly bounds: readonly string[];
  /** What counts where it is left out. */
  readonly default?: unknown;
  readonly description?: string;
  /** Where it holds an object, or a list of objects: their fields. */
  readonly fields?: readonly SchemaField[];
}
