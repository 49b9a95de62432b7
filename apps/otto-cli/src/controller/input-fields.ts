import type { ActionDescriptor } from '@telepat/otto-protocol';
import * as z from 'zod';

/** The fields of an action's input that a controller may give, as JSON Schema has them. */
export function inputFields({ input }: ActionDescriptor): readonly InputField[] {
  const { properties, required } = inputSchema.parse(input.toJSONSchema({ io: 'input' }));
  return Object.entries(properties)
    .filter(([name]) => isForControllers(name))
    .map(([name, field]) => ({ name, type: typeText(field), required: required.includes(name) }));
}

/** What begins with two underlines is set by the relay; a tab is named by an option. */
function isForControllers(name: string): boolean {
  return !name.startsWith('__') && name !== 'tabSessionId';
}

function typeText(field: FieldSchema): string {
  const { type, minimum, maximum, maxLength } = field;
  if (field.enum !== undefined) return field.enum.map(String).join(' | ');
  if (type === 'string' && maxLength !== undefined) return `string, at most ${maxLength} characters`;
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return isBounded ? `${type ?? 'number'}, ${minimum ?? 0} to ${maximum}` : (type ?? 'any');
}

const fieldSchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
});

const inputSchema = z.object({
  properties: z.record(z.string(), fieldSchema).default({}),
  required: z.array(z.string()).default([]),
});

type FieldSchema = z.infer<typeof fieldSchema>;

export interface InputField {
  readonly name: string;
  /** For people. */
  readonly type: string;
  readonly required: boolean;
}
