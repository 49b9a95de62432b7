import {
  DEFAULT_CONTROLLER_SCOPES,
  OttoError,
  errorRow,
  schemaFields,
  scopesAllow,
  type ActionDescriptor,
} from '@telepat/otto-protocol';
import { fieldText, withInnerFields } from './field-text.js';
import { inputFields } from './input-fields.js';
import { knownActions } from './known-actions.js';

const URL_OF_EXAMPLE = 'https://example.com';

const TABS = {
  always: 'Works on the tab of --tab-session',
  optional: 'Works on the tab of --tab-session, or on a page of its own',
  never: 'Needs no tab',
} as const;

/**
 * All about one action, from its descriptor: what it does, what it takes and answers, what can go wrong, and an example.
 *
 * @throws OttoError `invalid_usage` when this version does not know it
 */
export function actionHelp(name: string): string {
  const [, action] = knownActions().find(([known]) => known === name) ?? [];
  if (action === undefined) {
    throw new OttoError('invalid_usage', {
      message: `This version knows no action "${name}".`,
      actionableHint: 'otto commands list shows all of them.',
    });
  }
  const sections = [
    `${name}\n\n${action.summary}`,
    facts(name, action),
    chapter('Input (--payload)', inputLines(action)),
    chapter('Answer (data)', answerLines(action)),
    chapter('Errors', errorLines(action)),
    chapter('Example', [`$ ${exampleLine(name, action)}`]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function facts(name: string, { tab, readOnly, replacedBy }: ActionDescriptor): string {
  const sentences = [`${TABS[tab]}; ${readOnly ? 'only reads' : 'has an effect'}.`];
  if (replacedBy !== undefined) sentences.push(`The older name of ${replacedBy}.`);
  if (!scopesAllow(DEFAULT_CONTROLLER_SCOPES, name)) {
    sentences.push('Not in the default scopes: the owner of the relay grants it with otto client scopes.');
  }
  return sentences.join('\n');
}

function inputLines(action: ActionDescriptor): readonly string[] {
  const rows = withInnerFields(inputFields(action)).map((field) => {
    const { isRequired, default: ifLeftOut } = field;
    const notes = isRequired
      ? ' (required)'
      : ifLeftOut === undefined
        ? ''
        : ` (default: ${JSON.stringify(ifLeftOut)})`;
    return { ...field, text: `${fieldText(field)}${notes}` };
  });
  return rows.length === 0 ? ['none'] : inColumns(rows);
}

function answerLines({ output }: ActionDescriptor): readonly string[] {
  const fields = schemaFields(output, 'output');
  return fields === undefined ? ['any JSON'] : inColumns(fields.map((field) => ({ ...field, text: fieldText(field) })));
}

function inColumns(rows: readonly HelpRow[]): string[] {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.flatMap(({ name, text, description }) => {
    const words = description === undefined ? [] : [`${' '.repeat(width)}  ${description.replaceAll('`', '')}`];
    return [`${name.padEnd(width)}  ${text}`, ...words];
  });
}

function errorLines({ errors }: ActionDescriptor): string[] {
  const all = [...errors, 'invalid_action_input', 'action_not_supported'];
  return [...new Set(all)].flatMap((code) => {
    const { message, hint } = errorRow(code);
    return [code, `  ${message} ${hint}`];
  });
}

function exampleLine(name: string, action: ActionDescriptor): string {
  const hasUrl = action.tab === 'optional' && inputFields(action).some((field) => field.name === 'url');
  const payload = JSON.stringify({ ...(hasUrl ? { url: URL_OF_EXAMPLE } : {}), ...Object(action.example) });
  const words = ['otto cmd --action', name, ...(action.tab === 'always' ? ['--tab-session tab_…'] : [])];
  return [...words, ...(payload === '{}' ? [] : [`--payload '${payload.replaceAll("'", `'\\''`)}'`])].join(' ');
}

function chapter(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n');
}

interface HelpRow {
  readonly name: string;
  readonly text: string;
  readonly description?: string | undefined;
}
