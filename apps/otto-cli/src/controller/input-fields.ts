import { schemaFields, type ActionDescriptor, type SchemaField } from '@telepat/otto-protocol';

/** The fields of an action's input that stand in its payload; a tab is named by an option. */
export function inputFields({ input }: ActionDescriptor): readonly SchemaField[] {
  return (schemaFields(input, 'input') ?? []).filter(({ name }) => name !== 'tabSessionId');
}
