import { format } from 'prettier';
import { isForTabs, methodName } from './sdk-methods.mjs';

const URL_OF_EXAMPLES = 'https://example.com';

/**
 * The field that comes first by itself in the methods of a tab that the SDK makes by hand.
 * @type {Readonly<Record<string, string>>}
 */
const FIRST_FIELD = { navigate: 'url', evaluate: 'expression', download: 'downloadId' };

/**
 * How the SDK does what needs no tab, where it has more than `run` for that.
 * @type {Readonly<Record<string, (input: Record<string, unknown>) => string>>}
 */
const OTHER_DOORS = {
  'primitive.tab.open': ({ url, ...options }) => `const tab = await node.tabs.open(${args([url, options])});`,
  'primitive.tab.query': () => 'const tabs = await node.tabs.list();',
  'command.list': (input) => `const commands = await client.commands.list(${withNode(input)});`,
  'listener.subscribe': (input) => `for await (const { data } of client.listeners.subscribe(${withNode(input)})) {
  console.log(data);
}`,
};

/**
 * The example of each action as calls of the SDK, where there are a `client`, a `node` and a `tab`.
 * @param {Record<string, Action>} actions
 * @returns {Promise<Record<string, SdkExamples>>}
 */
export async function sdkExamples(actions) {
  const rows = Object.entries(actions).map(async ([name, action]) => {
    const [call, pageCall] = await Promise.all([
      formatted(sdkExample(name, action)),
      formatted(pageExample(name, action)),
    ]);
    return [name, { call, pageCall }];
  });
  return Object.fromEntries(await Promise.all(rows));
}

/** @param {string} code */
async function formatted(code) {
  return (await format(code, { parser: 'typescript', singleQuote: true, printWidth: 100 })).trim();
}

/**
 * @param {string} name
 * @param {Action} action
 */
function sdkExample(name, action) {
  if (isForTabs(action)) return tabExample(name, action);
  const input = fieldsOf(action.example);
  return OTHER_DOORS[name]?.(input) ?? `await node.run(${args([name, input])});`;
}

/**
 * @param {string} name
 * @param {Action} action
 */
function tabExample(name, { example }) {
  const method = methodName(name);
  const first = FIRST_FIELD[method];
  const { [first ?? '']: value, ...others } = fieldsOf(example);
  return `await tab.${method}(${args(first === undefined ? [others] : [value, others])});`;
}

/**
 * @param {string} name
 * @param {Action} action
 */
function pageExample(name, { example }) {
  return `await node.${methodName(name)}(${args([{ url: URL_OF_EXAMPLES, ...fieldsOf(example) }])});`;
}

/**
 * The example of an action as a command line.
 * @param {string} name
 * @param {Action} action
 */
export function commandLineExample(name, { tab, example, input }) {
  const takesUrl = tab === 'optional' && input.safeParse({ ...fieldsOf(example), url: URL_OF_EXAMPLES }).success;
  const payload = { ...(takesUrl ? { url: URL_OF_EXAMPLES } : {}), ...fieldsOf(example) };
  const words = [`otto cmd --action ${name}`];
  if (tab === 'always') words.push('--tab-session tab_…');
  if (Object.keys(payload).length > 0) words.push(`--payload ${quoted(JSON.stringify(payload))}`);
  return words.join(' ');
}

/**
 * @param {unknown} example
 * @returns {Record<string, unknown>}
 */
function fieldsOf(example) {
  return { ...Object(example) };
}

/** @param {Record<string, unknown>} input */
function withNode(input) {
  return literal({ nodeId: 'node_…', ...input });
}

/** @param {readonly unknown[]} values an empty object at the end is left out */
function args(values) {
  const last = values.at(-1);
  const isEmpty = typeof last === 'object' && last !== null && Object.keys(last).length === 0;
  return (isEmpty ? values.slice(0, -1) : values).map(literal).join(', ');
}

/**
 * A value as people write it in TypeScript.
 * @param {unknown} value
 * @returns {string}
 */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'string')
    return value.includes("'") ? JSON.stringify(value) : `'${value.replaceAll('\\', '\\\\')}'`;
  if (typeof value === 'number') return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, inner]) => `${name}: ${literal(inner)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** @param {string} text for a shell */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * @typedef {import('../../packages/shared-protocol/src/index.ts').ActionDescriptor} Action
 * @typedef {{ call: string, pageCall: string }} SdkExamples `pageCall`: with a page by its address instead of a tab
 */
