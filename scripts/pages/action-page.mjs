import { cell, table } from './markdown.mjs';

const SENT = new Set(['Input', 'Body', 'Query']);

const TAB = {
  always: 'works on the tab named by `tabSessionId`',
  optional: 'works on the tab named by `tabSessionId`, or on a temporary one for `url`',
  never: 'needs no tab',
};

/**
 * The page of all actions, in the order of their table.
 * @param {Record<string, Action>} actions
 */
export function actionPage(actions) {
  const sections = Object.entries(actions).map(([name, action]) => section(name, action));
  return `# Actions

Made from the descriptors in \`packages/shared-protocol/src/actions\` by \`npm run pages\`; edit those, not this page.

What a node can be told to do, as the \`action\` of a command; the input is the command's \`payload\`. Every action may also
fail with \`invalid_action_input\`, \`action_not_supported\` or \`internal_error\`. Error codes are explained in
[error-codes.md](error-codes.md).

${sections.join('\n\n')}
`;
}

/**
 * @param {string} name
 * @param {Action} action
 */
function section(name, action) {
  const facts = [TAB[action.tab], action.readOnly ? 'only reads' : 'has an effect'];
  if (action.internal) facts.push('sent by the relay only');
  const codes = action.errors.map((code) => `\`${code}\``).join(', ');
  return [
    `## ${name}`,
    cell(action.summary),
    `It ${facts.join('; ')}.${codes === '' ? '' : ` It can give ${codes}.`}`,
    schemaFields('Input', action.input.toJSONSchema({ io: 'input' })),
    schemaFields('Data', action.output.toJSONSchema()),
  ].join('\n\n');
}

/**
 * A table of the fields of an object.
 * @param {string} title `Input`, `Body` and `Query` are what a caller sends
 * @param {JsonSchema} schema
 */
export function schemaFields(title, { properties = {}, required = [] }) {
  const shown = Object.entries(properties).filter(([name]) => !name.startsWith('__'));
  if (shown.length === 0) return `${title}: \`{}\``;
  const rows = shown.map(([name, schema]) => [`\`${name}\``, typeOf(schema), required.includes(name) ? 'yes' : '']);
  return table([title.toLowerCase(), 'type', SENT.has(title) ? 'required' : 'always'], rows);
}

/**
 * @param {JsonSchema} schema
 * @returns {string}
 */
function typeOf(schema) {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'values' : typeOf(schema.items)}`;
  if (schema.properties !== undefined) return `{ ${Object.keys(schema.properties).join(', ')} }`;
  return `${schema.type ?? 'any'}${bounds(schema)}`;
}

/** @param {JsonSchema} schema */
function bounds({ type, minimum, maximum, maxLength }) {
  if (type === 'string' && maxLength !== undefined) return `, at most ${maxLength} characters`;
  const isBounded = type === 'integer' && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return isBounded ? `, ${minimum ?? 0} to ${maximum}` : '';
}

/**
 * @typedef {{ type?: string, const?: unknown, enum?: string[], items?: JsonSchema, minimum?: number, maximum?: number,
 *   maxLength?: number, properties?: Record<string, JsonSchema>, required?: string[] }} JsonSchema
 * @typedef {{ toJSONSchema(options?: object): JsonSchema }} Schema
 * @typedef {{ summary: string, tab: keyof typeof TAB, readOnly: boolean, internal?: true, errors: string[],
 *   input: Schema, output: Schema }} Action
 */
