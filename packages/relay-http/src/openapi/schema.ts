import * as z from 'zod';

/**
 * A schema as JSON Schema 2020-12, the dialect of OpenAPI 3.1. Answers are described as they are read: more fields may
 * follow.
 */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return described;
}

export type JsonSchema = z.core.JSONSchema.BaseSchema;
