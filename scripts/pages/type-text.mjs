/** @type {Readonly<Record<string, string>>} */
const TYPES = { integer: 'number', object: 'Record<string, unknown>', 'any JSON': 'unknown' };

/**
 * Fields as members of a TypeScript type, each with its words; to be formatted.
 * @param {readonly SchemaField[]} fields
 * @returns {string}
 */
export function fieldList(fields) {
  return fields.map((field) => `\n/** ${words(field)} */\n${member(field)}`).join('');
}

/** @param {SchemaField} field */
function member(field) {
  const { name, isRequired } = field;
  const type = typeText(field);
  return isRequired || type === 'unknown'
    ? `${name}${isRequired ? '' : '?'}: ${type};`
    : `${name}?: ${type} | undefined;`;
}

/** @param {SchemaField} field */
function typeText({ type, values, fields, isList }) {
  const one =
    values !== undefined
      ? values.map((value) => `'${value}'`).join(' | ')
      : fields !== undefined
        ? `{ ${fieldList(fields)} }`
        : (TYPES[type] ?? type);
  return isList ? `(${one})[]` : one;
}

/**
 * How long a text may be is no matter for those who write code; how large a number may be is.
 * @param {SchemaField} field
 */
function words({ description = '', bounds, default: ifLeftOut }) {
  const sentences = [description];
  const told = bounds.filter((bound) => !bound.endsWith('characters'));
  if (told.length > 0) sentences.push(`${capitalised(told.join(', '))}.`);
  if (ifLeftOut !== undefined) sentences.push(`Default: \`${JSON.stringify(ifLeftOut)}\`.`);
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** @param {string} text */
function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @typedef {import('../../packages/shared-protocol/src/index.ts').SchemaField} SchemaField */
