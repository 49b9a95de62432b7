import { HAND_MADE, isForTabs, methodName } from './sdk-methods.mjs';
import { fieldList } from './type-text.mjs';

/** Of the text of a comment; with its margin it fits into the lines of the sources. */
const LINE_LENGTH_MAX = 112;

const NOTICE = '// Made from the action descriptors by `npm run pages`; edit those, not this file.';

/**
 * Actions whose method gives one field of their data instead of all of it.
 * @type {Readonly<Record<string, string>>}
 */
const GIVES = { 'primitive.dom.extract_text': 'text', 'primitive.page.evaluate': 'value' };

/** What a method need not be told: its tab is known, and who asks says the relay. */
const KNOWN = new Set(['tabSessionId', 'url']);

/**
 * The sources of the SDK that follow from the descriptors, by their names in its folder `generated`; to be formatted.
 * @param {Record<string, Action>} actions
 * @param {SourceTools} tools
 * @returns {Record<string, string>}
 */
export function sdkSources(actions, tools) {
  const methods = Object.entries(actions)
    .filter(([, action]) => isForTabs(action))
    .map(([name, action]) => methodOf(name, action, tools));
  return {
    'read-only-actions.ts': readOnlySource(actions),
    'tab-actions.ts': tabSource(methods.filter(({ verb }) => !HAND_MADE.has(verb))),
    'page-actions.ts': pageSource(methods.filter(({ takesUrl }) => takesUrl)),
  };
}

/** @param {Record<string, Action>} actions */
function readOnlySource(actions) {
  const names = Object.entries(actions).flatMap(([name, { readOnly }]) => (readOnly ? [`'${name}'`] : []));
  return `${NOTICE}
import type { ActionName } from '@telepat/otto-protocol';

/** The actions whose repeat has no effect. */
export const READ_ONLY_ACTIONS: ReadonlySet<string> = new Set<ActionName>([${names.join(', ')}]);
`;
}

/** @param {readonly Method[]} methods */
function tabSource(methods) {
  const signatures = methods.map((method) => {
    const isOptional = method.fields.every(({ isRequired }) => !isRequired);
    const input = method.fields.length === 0 ? 'Record<string, never>' : `{ ${fieldList(method.fields)} }`;
    const line = `${method.verb}(input${isOptional ? '?' : ''}: ${input}, options?: TabCommandOptions): ${givenType(method)};`;
    return `${docComment(method, method.examples.call)}\n${line}`;
  });
  const bodies = methods.map((method) => {
    const isOptional = method.fields.every(({ isRequired }) => !isRequired);
    return body(method, isOptional ? 'input = {}' : 'input');
  });
  return `${NOTICE}
import type { ActionOutput } from '@telepat/otto-protocol';
import type { RunAction, TabCommandOptions } from '../run-action.js';
import { withBytes, type WithBytes } from '../with-bytes.js';

/**
 * What can be done in a tab: a method for each action, with the action's input first and the options of the command
 * second.
 */
export interface TabActions {
${signatures.join('\n\n')}
}

/** The methods, on top of a way to run an action in the tab. */
export function tabActions(run: RunAction<TabCommandOptions>): TabActions {
  return {
${bodies.join('\n')}
  };
}
`;
}

/** @param {readonly Method[]} methods */
function pageSource(methods) {
  const url = { name: 'url', isRequired: true, isList: false, type: 'string', bounds: [], description: 'The page.' };
  const signatures = methods.map((method) => {
    const line = `${method.verb}(input: { ${fieldList([url, ...method.fields])} }, options?: NodeCommandOptions): ${givenType(method)};`;
    return `${docComment(method, method.examples.pageCall)}\n${line}`;
  });
  return `${NOTICE}
import type { ActionOutput } from '@telepat/otto-protocol';
import type { NodeCommandOptions, RunAction } from '../run-action.js';
import { withBytes, type WithBytes } from '../with-bytes.js';

/**
 * What can be done with a page by its address alone, in one call: the node opens it in a tab of its own in the
 * background, and closes that again.
 */
export interface PageActions {
${signatures.join('\n\n')}
}

/** The methods, on top of a way to run an action at the node. */
export function pageActions(run: RunAction<NodeCommandOptions>): PageActions {
  return {
${methods.map((method) => body(method, 'input')).join('\n')}
  };
}
`;
}

/**
 * @param {Method} method
 * @param {string} input
 */
function body({ name, verb, hasBytes }, input) {
  const call = `run('${name}', input, options)`;
  const field = GIVES[name];
  if (field !== undefined) return `${verb}: async (${input}, options = {}) => (await ${call}).${field},`;
  if (hasBytes) return `${verb}: async (${input}, options = {}) => withBytes('${name}', await ${call}),`;
  return `${verb}: (${input}, options = {}) => ${call},`;
}

/** @param {Method} method */
function givenType({ name, hasBytes }) {
  const output = `ActionOutput<'${name}'>`;
  const field = GIVES[name];
  if (field !== undefined) return `Promise<${output}['${field}']>`;
  return `Promise<${hasBytes ? `WithBytes<${output}>` : output}>`;
}

/**
 * @param {Method} method
 * @param {string} example
 */
function docComment({ name, action: { summary, errors, sensitive }, hasBytes }, example) {
  const lines = [summary, ''];
  if (hasBytes) lines.push('The bytes come as `bytes`, ready to be written to a file, beside `contentBase64`.', '');
  if (sensitive === true) lines.push(`A new controller may not do this: its client needs the scope \`${name}\`.`, '');
  if (errors.length > 0) lines.push(`@throws OttoError ${errors.map((code) => `\`${code}\``).join(', ')}`);
  lines.push(...(example.includes('\n') ? ['@example', ...example.split('\n')] : [`@example ${example}`]));
  return ['/**', ...lines.flatMap(wrapped).map((line) => ` * ${line}`.trimEnd()), ' */'].join('\n');
}

/**
 * Lines of a paragraph.
 * @param {string} text
 */
function wrapped(text) {
  if (text.length <= LINE_LENGTH_MAX || text.startsWith('@example')) return [text];
  return text.match(new RegExp(`.{1,${LINE_LENGTH_MAX}}(\\s|$)`, 'g')) ?? [text];
}

/**
 * @param {string} name
 * @param {Action} action
 * @param {SourceTools} tools
 * @returns {Method}
 */
function methodOf(name, action, { schemaFields, examples }) {
  const fields = schemaFields(action.input, 'input') ?? [];
  const output = schemaFields(action.output, 'output') ?? [];
  return {
    name,
    action,
    examples: examples[name] ?? { call: '', pageCall: '' },
    verb: methodName(name),
    fields: fields.filter((field) => !KNOWN.has(field.name) || (field.name === 'url' && action.tab === 'always')),
    takesUrl: action.tab === 'optional' && fields.some((field) => field.name === 'url'),
    hasBytes: output.some((field) => field.name === 'contentBase64'),
  };
}

/**
 * @typedef {import('../../packages/shared-protocol/src/index.ts').ActionDescriptor} Action
 * @typedef {import('../../packages/shared-protocol/src/index.ts').SchemaField} SchemaField
 * @typedef {typeof import('../../packages/shared-protocol/src/index.ts').schemaFields} SchemaFields
 * @typedef {import('./action-example.mjs').SdkExamples} SdkExamples
 * @typedef {{ schemaFields: SchemaFields, examples: Record<string, SdkExamples> }} SourceTools
 * @typedef {{ name: string, action: Action, examples: SdkExamples, verb: string, fields: readonly SchemaField[], takesUrl: boolean,
 *   hasBytes: boolean }} Method
 */
