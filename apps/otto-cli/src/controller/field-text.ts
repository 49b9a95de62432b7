import type { SchemaField } from '@telepat/otto-protocol';

/** What a field holds, for people: `left | right | middle`, `list of string, at most 1000`, `{ name, mimeType }`. */
export function fieldText({ type, values, fields, isList, bounds }: SchemaField): string {
  const inner = fields === undefined ? type : `{ ${fields.map(({ name }) => name).join(', ')} }`;
  const one = values?.join(' | ') ?? inner;
  return [isList ? `list of ${one}` : one, ...bounds].join(', ');
}

/** Fields with those of the objects in them, named by their way: `files[].name`. */
export function withInnerFields(fields: readonly SchemaField[], parent = ''): readonly SchemaField[] {
  return fields.flatMap((field) => {
    const name = `${parent}${field.name}`;
    const inner = field.fields ?? [];
    return [{ ...field, name }, ...withInnerFields(inner, `${name}${field.isList ? '[]' : ''}.`)];
  });
}
