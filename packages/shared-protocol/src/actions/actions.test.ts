import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import {
  ACTIONS,
  LISTENER_DESCRIPTORS,
  actionDescriptor,
  isActionName,
  isErrorCode,
  schemaFields,
  scopesAllow,
  type SchemaField,
} from '../index.js';

const rows = Object.entries(ACTIONS);

const SENTENCE = /^[A-Z`][^|\n]*\.$/;

/** The fields that a sender gives, and those of the objects in them. */
function fieldsOf(schema: ZodType): readonly SchemaField[] {
  const withInner = (fields: readonly SchemaField[] = []): readonly SchemaField[] =>
    fields.flatMap((field) => [field, ...withInner(field.fields)]);
  return withInner(schemaFields(schema, 'input'));
}

describe('ACTIONS', () => {
  it.each(rows)('%s has a summary in one sentence and errors of the catalogue', (_name, action) => {
    // A dot may stand within a name, as in that of a host.
    expect(action.summary).toMatch(/^[A-Z]([^.]|\.\w)*\.$/);
    for (const code of action.errors) expect(isErrorCode(code), code).toBe(true);
    expect(new Set(action.errors).size).toBe(action.errors.length);
  });

  it.each(rows)('%s has an example that it takes, without a tab or page to work on', (_name, action) => {
    const parsed = action.input.safeParse(action.example);

    expect(parsed.error?.issues ?? []).toEqual([]);
    if (action.tab !== 'never') expect(Object.keys(Object(action.example))).not.toContain('tabSessionId');
    if (action.tab === 'optional') expect(Object.keys(Object(action.example))).not.toContain('url');
  });

  it.each(rows)('%s says in a sentence what each field of its input is', (_name, action) => {
    for (const { name, description } of fieldsOf(action.input)) expect(description, name).toMatch(SENTENCE);
  });

  it.each(Object.entries(LISTENER_DESCRIPTORS))('listener %s says what each of its options is', (_name, listener) => {
    expect(listener.summary).toMatch(SENTENCE);
    for (const { name, description } of fieldsOf(listener.options)) expect(description, name).toMatch(SENTENCE);
  });

  it('the example of listener.subscribe is one that its listener takes', () => {
    const { options } = ACTIONS['listener.subscribe'].example;

    expect(LISTENER_DESCRIPTORS['network.http_intercept'].options.safeParse(options).success).toBe(true);
  });

  it.each([
    ['primitive.tab.open', { waitUntil: 'none' }],
    ['primitive.dom.extract_text', { selector: 'body' }],
    ['primitive.dom.extract_html', { maxChars: 500_000 }],
    ['primitive.dom.extract_markdown', { maxChars: 250_000 }],
    ['primitive.page.snapshot', { interestingOnly: true, maxNodes: 5_000 }],
    ['primitive.page.screenshot', { format: 'png', maxBytes: 5_000_000 }],
    ['primitive.input.click', { button: 'left', clickCount: 1, modifiers: [] }],
  ] as const)('%s takes %j where nothing is given', (name, input) => {
    expect(ACTIONS[name].input.parse({})).toEqual(input);
  });

  it('an older name leads to the action that stands in its stead', () => {
    const older = rows.flatMap(([name, { replacedBy }]) => (replacedBy === undefined ? [] : [[name, replacedBy]]));

    expect(older).toEqual([['command.reddit_posts', 'command.run']]);
    for (const [, newer] of older) expect(isActionName(newer ?? '')).toBe(true);
  });

  it.each(rows)('%s takes a tab exactly when it says so', (_name, action) => {
    const takesTab = action.input
      .safeParse({ tabSessionId: 1 })
      .error?.issues.some(({ path }) => path[0] === 'tabSessionId');

    expect(takesTab).toBe(action.tab !== 'never');
  });

  it.each(rows)('%s lets the relay say who asks exactly when it needs to know', (_name, action) => {
    const issues = action.input.safeParse({ __controllerClientId: 1 }).error?.issues ?? [];

    expect(issues.some(({ path }) => path[0] === '__controllerClientId')).toBe(action.needsCaller);
  });

  it.each(rows)('%s refuses fields that it does not know', (_name, action) => {
    const issues = action.input.safeParse({ surprise: true }).error?.issues ?? [];

    expect(issues.some(({ code }) => code === 'unrecognized_keys')).toBe(true);
  });

  it('reads of other people’s pages know who asks, because they may open a tab for it', () => {
    for (const [name, action] of rows) if (action.tab === 'optional') expect(action.needsCaller, name).toBe(true);
  });

  it('internal actions are those that no scope allows', () => {
    const internal = rows.filter(([, action]) => action.internal === true).map(([name]) => name);

    expect(internal).toEqual(rows.map(([name]) => name).filter((name) => !scopesAllow(['*'], name)));
  });

  it('names of the prototype are no actions', () => {
    expect(isActionName('constructor')).toBe(false);
    expect(actionDescriptor('__proto__')).toBeUndefined();
    expect(actionDescriptor('primitive.tab.open')).toBe(ACTIONS['primitive.tab.open']);
  });
});
