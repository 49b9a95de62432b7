import { cell, table } from './markdown.mjs';

const SENT = new Set(['input', 'body', 'query']);

/**
 * A table of the fields of an object, and of the objects in them.
 * @param {string} title `input`, `body` and `query` are what a caller sends
 * @param {readonly SchemaField[] | undefined} fields undefined when it may be anything
 */
export function fieldTable(title, fields) {
  const label = title.charAt(0).toUpperCase() + title.slice(1);
  if (fields === undefined) return `${label}: any JSON`;
  if (fields.length === 0) return `${label}: \`{}\``;
  const rows = fields.flatMap((field) => rowsOf(field, ''));
  const hasWords = rows.some((row) => row.at(-1) !== '');
  const heads = [title, 'type', SENT.has(title) ? 'required' : 'always', ...(hasWords ? ['what it is'] : [])];
  return table(
    heads,
    rows.map((row) => row.slice(0, heads.length)),
  );
}

/**
 * @param {SchemaField} field
 * @param {string} parent
 * @returns {string[][]}
 */
function rowsOf(field, parent) {
  const name = `${parent}${field.name}`;
  const inner = field.fields?.flatMap((one) => rowsOf(one, `${name}${field.isList ? '[]' : ''}.`)) ?? [];
  return [[`\`${name}\``, typeCell(field), field.isRequired ? 'yes' : '', cell(wordsOf(field))], ...inner];
}

/** @param {SchemaField} field */
function typeCell({ isList, type, values, bounds }) {
  const one = values === undefined ? (/^["\d]|^(true|false)$/.test(type) ? `\`${type}\`` : type) : code(values);
  return [isList ? `list of ${one}` : one, ...bounds].join(', ');
}

/** @param {SchemaField} field */
function wordsOf({ description = '', default: ifLeftOut }) {
  return ifLeftOut === undefined ? description : `${description} Default: \`${JSON.stringify(ifLeftOut)}\`.`.trim();
}

/** @param {readonly string[]} values */
function code(values) {
  return values.map((value) => `\`${value}\``).join(', ');
}

/** @typedef {import('../../packages/shared-protocol/src/index.ts').SchemaField} SchemaField */
