import { commandLineExample } from './action-example.mjs';
import { fieldTable } from './field-table.mjs';
import { cell, table } from './markdown.mjs';

const TAB = {
  always: 'Works on the tab named by `tabSessionId`',
  optional: 'Works on the tab named by `tabSessionId`, or on a temporary one',
  never: 'Needs no tab',
};

/**
 * The families, in the order of their first actions; one without a title here goes by its name.
 * @type {Readonly<Record<string, string>>}
 */
const FAMILIES = {
  'primitive.tab': 'Tabs',
  'primitive.dom': 'Reading',
  'primitive.page': 'Pages',
  'primitive.input': 'Acting',
  command: 'Site commands',
  listener: 'Listeners',
};

/** Fields of answers that are told once, for all actions that have them. */
const NEWS = new Set(['downloads', 'popups', 'dialog']);

/**
 * The page of all actions: a table of contents, then each action, family by family.
 * @param {Record<string, Action>} actions
 * @param {PageTools} tools
 */
export function actionPage(actions, tools) {
  const families = byFamily(Object.entries(actions));
  const news = newsOf(Object.values(actions), tools);
  return `# Actions

Made from the descriptors in \`packages/shared-protocol/src/actions\` by \`npm run pages\`; edit those, not this page.

What a node can be told to do, as the \`action\` of a command; the input is the command's \`payload\`. The tab that an action works
on is named beside the payload, as \`tabSessionId\` of the command, or in it. Beside its own errors, every action can give
${errorLinks(['invalid_action_input', 'action_not_supported', 'internal_error'])}
and what the relay says on the way. A node announces the actions that it has; \`GET /api/nodes/connected?detail=1\` lists them.

${[...families].map(([family, members]) => contents(family, members, tools)).join('\n\n')}

## What came of it

Actions that may change a page tell in their answer what came of it, where there is something to tell.

A download is waited for a moment, so that its size can be told; one that takes longer is told again when it came to its end.
An address that turns out to be a download is a success that tells of it, and the tab stays where it was; with \`waitUntil: none\`,
which is how \`primitive.tab.open\` loads an address unless told otherwise, the command does not wait for that, and the next one
that can tell does. A tab keeps its 20 newest downloads until it is closed, each up to 100 MiB; what is more, or larger, is cancelled, and \`warnings\` say so. Since a
file is fetched in one frame, one of more than 12.5 MB cannot be fetched. Names are made safe for any system.

A pop-up of a tab is a tab of the same owner: it counts among its tabs, is listed with \`openerTabSessionId\`, and is closed
when its owner has left. It is told by the command that opened it, or by the next one that can tell, once it shows a page;
one that does not within 40 s is closed. Over the limit of tabs, and when a tab and its pop-ups open more than 20 within
10 s, pop-ups are closed as they come, and \`warnings\` say so; a page that goes on all the same ends with \`tab_crashed\`. In a
page that is only read by its \`url\` all pop-ups are closed. A dialog of a pop-up may stop its opener as well; both show it
then, and it can be answered at either, once.

${fieldTable('data', news)}

${[...families].map(([family, members]) => chapter(family, members, tools)).join('\n\n')}

## What can be listened to

${Object.entries(tools.listeners)
  .map(([name, listener]) => listenerSection(name, listener, tools))
  .join('\n\n')}
`;
}

/** @param {readonly Row[]} rows */
function byFamily(rows) {
  /** @type {Map<string, Row[]>} */
  const families = new Map();
  for (const row of rows) {
    const family = row[0].slice(0, row[0].lastIndexOf('.'));
    families.set(family, [...(families.get(family) ?? []), row]);
  }
  return families;
}

/**
 * Each of the fields that are told once.
 * @param {readonly Action[]} actions
 * @param {PageTools} tools
 */
function newsOf(actions, { schemaFields }) {
  const all = actions.flatMap(({ output }) => schemaFields(output, 'output') ?? []).filter(isNews);
  return [...NEWS].flatMap((name) => all.find((field) => field.name === name) ?? []);
}

/**
 * @param {string} family
 * @param {readonly Row[]} members
 * @param {PageTools} tools
 */
function contents(family, members, { isDefault }) {
  const rows = members.map(([name, action]) => [
    `[\`${name}\`](#${name.replaceAll('.', '')})`,
    cell(action.summary),
    action.readOnly ? 'yes' : '',
    action.internal === true ? 'never' : isDefault(name) ? 'yes' : '**no**',
  ]);
  return `**${FAMILIES[family] ?? family}**\n\n${table(['action', 'what it does', 'only reads', 'in the default scopes'], rows)}`;
}

/**
 * @param {string} family
 * @param {readonly Row[]} members
 * @param {PageTools} tools
 */
function chapter(family, members, tools) {
  return [`## ${FAMILIES[family] ?? family}`, ...members.map((row) => section(row, tools))].join('\n\n');
}

/**
 * @param {Row} row
 * @param {PageTools} tools
 */
function section([name, action], tools) {
  const output = tools.schemaFields(action.output, 'output');
  return [
    `### ${name}`,
    cell(action.summary),
    facts(name, action, tools),
    fieldTable('input', tools.schemaFields(action.input, 'input')),
    fieldTable(
      'data',
      output?.filter((field) => !isNews(field)),
    ),
    ...(output?.some(isNews) ? ['It also tells [what came of it](#what-came-of-it).'] : []),
    action.errors.length === 0 ? 'It gives no errors of its own.' : `Errors: ${errorLinks(action.errors)}.`,
    ...(action.internal === true ? [] : [callsOf(name, action, tools)]),
  ].join('\n\n');
}

/**
 * @param {string} name
 * @param {Action} action
 * @param {PageTools} tools
 */
function facts(name, action, { isDefault }) {
  const sentences = [`${TAB[action.tab]}; ${action.readOnly ? 'only reads' : 'has an effect'}.`];
  if (action.replacedBy !== undefined) sentences.push(`The older name of \`${action.replacedBy}\`.`);
  if (action.internal === true) sentences.push('Only the relay itself sends it.');
  else if (!isDefault(name)) sentences.push('**Not in the default scopes**: the owner of the relay grants it by name.');
  return sentences.join(' ');
}

/**
 * @param {string} name
 * @param {Action} action
 * @param {PageTools} tools
 */
function callsOf(name, action, { examples }) {
  const call = examples[name]?.call ?? '';
  return ['```sh', commandLineExample(name, action), '```', '', '```ts', call, '```'].join('\n');
}

/**
 * @param {string} name
 * @param {Listener} listener
 * @param {PageTools} tools
 */
function listenerSection(name, { summary, options, update }, { schemaFields }) {
  return [
    `### ${name}`,
    cell(summary),
    'The `options` of its `listener.subscribe`:',
    fieldTable('input', schemaFields(options, 'input')),
    'The `data` of its updates:',
    fieldTable('data', schemaFields(update, 'output')),
  ].join('\n\n');
}

/** @param {readonly string[]} codes */
function errorLinks(codes) {
  return codes.map((code) => `[\`${code}\`](error-codes.md#${code})`).join(', ');
}

/** @param {{ name: string }} field */
function isNews({ name }) {
  return NEWS.has(name);
}

/**
 * @typedef {import('../../packages/shared-protocol/src/index.ts').ActionDescriptor} Action
 * @typedef {[name: string, action: Action]} Row
 * @typedef {typeof import('../../packages/shared-protocol/src/index.ts').schemaFields} SchemaFields
 * @typedef {Parameters<SchemaFields>[0]} Schema
 * @typedef {{ summary: string, options: Schema, update: Schema }} Listener
 * @typedef {{ schemaFields: SchemaFields, listeners: Record<string, Listener>, isDefault: (name: string) => boolean,
 *   examples: Record<string, import('./action-example.mjs').SdkExamples> }} PageTools `isDefault`: a new controller may send
 *   the action
 */
