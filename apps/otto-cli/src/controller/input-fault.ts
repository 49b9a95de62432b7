import type { SchemaField } from '@telepat/otto-protocol';
import type { core } from 'zod';

/** What is wrong with an input, by the names of its fields: `files[0].name: at most 255 characters`. */
export function inputFaults(issue: core.$ZodIssue, fields: readonly SchemaField[]): readonly string[] {
  const where = pathText(issue.path);
  if (issue.code !== 'unrecognized_keys') return [`${where === '' ? 'the input' : where}: ${problemOf(issue)}`];
  const known = fieldsAt(issue.path, fields).map(({ name }) => name);
  const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  return issue.keys.map((key) => `${where === '' ? key : `${where}.${key}`}: no such field; ${takes}`);
}

function problemOf(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'is required';
      return plain(issue.message).replace('expected record', 'expected object');
    case 'too_big':
      return `at most ${String(issue.maximum)}${UNITS[issue.origin] ?? ''}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}${UNITS[issue.origin] ?? ''}`;
    case 'invalid_format':
      return issue.format === 'base64' ? 'must be base64' : `must be ${issue.message}`;
    default:
      return plain(issue.message);
  }
}

/** What is counted, where it is not the number itself. */
const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

function plain(message: string): string {
  return message.replace(/^Invalid (input|option): /, '');
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** The fields of the object that a path leads to. */
function fieldsAt(path: readonly PropertyKey[], fields: readonly SchemaField[]): readonly SchemaField[] {
  const [first, ...rest] = path.filter((part) => typeof part !== 'number');
  if (first === undefined) return fields;
  return fieldsAt(rest, fields.find(({ name }) => name === first)?.fields ?? []);
}
