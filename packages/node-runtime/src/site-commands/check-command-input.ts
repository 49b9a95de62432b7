import { OttoError, isObject, type ErrorCode } from '@telepat/otto-protocol';
import type { SiteCommand, SiteCommandField } from './site-command.js';

/**
 * The input of a command, with the fields that it declares and no others. Nothing is converted: a number in quotes is a
 * text.
 *
 * @throws OttoError `missing_command_input`, `missing_command_input_one_of`, `invalid_command_input_type`,
 *   `unexpected_command_input`, in this order, each naming its fields
 */
export function checkCommandInput(
  { inputFields = [], inputAtLeastOneOf = [] }: Pick<SiteCommand, 'inputFields' | 'inputAtLeastOneOf'>,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isGiven = (name: string): boolean => Object.hasOwn(input, name) && input[name] !== undefined;
  const given = inputFields.filter(({ name }) => isGiven(name));
  const declared = new Set(inputFields.map(({ name }) => name));

  const missing = inputFields.filter(({ name, optional }) => optional !== true && !isGiven(name));
  if (missing.length > 0) throw refusal('missing_command_input', `${namesOf(missing)}: required.`);

  if (inputAtLeastOneOf.length > 0 && !inputAtLeastOneOf.some(isGiven)) {
    throw refusal('missing_command_input_one_of', `Give at least one of ${inputAtLeastOneOf.join(', ')}.`);
  }
  const wrong = given.find(({ name, type }) => !IS_OF_TYPE[type](input[name]));
  if (wrong !== undefined) {
    const { name, type } = wrong;
    throw refusal('invalid_command_input_type', `${name}: must be of type ${type}, and is ${typeOf(input[name])}.`);
  }
  const unexpected = Object.keys(input).filter((name) => isGiven(name) && !declared.has(name));
  if (unexpected.length > 0) {
    const takes = inputFields.length === 0 ? 'it takes none' : `it takes ${namesOf(inputFields)}`;
    throw refusal('unexpected_command_input', `${namesOf(unexpected)}: no field of this command; ${takes}.`);
  }
  return Object.fromEntries(given.map(({ name }) => [name, input[name]]));
}

const IS_OF_TYPE: Readonly<Record<SiteCommandField['type'], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  object: isObject,
  array: (value) => Array.isArray(value),
};

/** So many names of fields that a message names. */
const NAMED_MAX = 10;
const NAME_LENGTH_MAX = 200;

/** What a controller made up may be long. */
function namesOf(fields: readonly (string | { readonly name: string })[]): string {
  const names = fields.slice(0, NAMED_MAX).map((field) => (typeof field === 'string' ? field : field.name));
  const more = fields.length > NAMED_MAX ? ` and ${fields.length - NAMED_MAX} more` : '';
  return `${names.map((name) => name.slice(0, NAME_LENGTH_MAX)).join(', ')}${more}`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function refusal(code: ErrorCode, message: string): OttoError {
  return new OttoError(code, { message, effect: 'none' });
}
