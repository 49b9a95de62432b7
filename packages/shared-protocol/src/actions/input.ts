import * as z from 'zod';
import { defineAction, type ActionDescriptor } from './define-action.js';
import { actedFields, refField, selectorField, tabField } from './fields.js';

export const MOUSE_BUTTONS = ['left', 'right', 'middle'] as const;
export const KEY_MODIFIERS = ['Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift'] as const;

const target = { selector: selectorField.optional(), ref: refField.optional() };
const modifiers = z
  .array(z.enum(KEY_MODIFIERS))
  .max(KEY_MODIFIERS.length)
  .describe('Keys that are held down meanwhile.');
const distance = z.number().min(-1_000_000).max(1_000_000);
const toSelector = selectorField.describe('The other element: the first that matches.');
const toRef = refField.describe('The other element, by its ref in the latest snapshot.');

const output = z.object(actedFields);

const errors = [
  'unknown_tab_session',
  'navigation_failed',
  'element_not_found',
  'element_not_actionable',
  'stale_element_ref',
  'dialog_open',
  'tab_closed',
  'tab_crashed',
  'script_failed',
] as const;

export const inputActions = {
  'primitive.input.click': act(
    'Clicks an element.',
    {
      ...target,
      button: z.enum(MOUSE_BUTTONS).describe('Which button of the mouse.').default('left'),
      clickCount: z.number().int().min(1).max(3).describe('Clicks in a row: 2 is a double click.').default(1),
      modifiers: modifiers.default([]),
    },
    { selector: 'role=button[name="Sign in"]' },
  ),
  'primitive.input.hover': act(
    'Moves the pointer over an element.',
    { ...target, modifiers: modifiers.default([]) },
    { ref: 'e12' },
  ),
  'primitive.input.type': act(
    'Types text key by key, into an element or where the focus is.',
    {
      ...target,
      text: z.string().max(100_000).describe('What is typed.'),
      delayMs: z.number().int().min(0).max(1_000).describe('The pause after each key.').default(0),
    },
    { selector: 'input[name=q]', text: 'red teapot' },
  ),
  'primitive.input.fill': act(
    'Replaces what a field holds.',
    { ...target, value: z.string().max(1_000_000).describe('What the field holds then.') },
    { ref: 'e12', value: 'ada@example.com' },
  ),
  'primitive.input.press': act(
    'Presses a key or a combination such as Control+a, in an element or where the focus is.',
    {
      ...target,
      key: z.string().min(1).max(100).describe('`Enter`, `ArrowDown`, `a`, `Control+Shift+T`.'),
    },
    { key: 'Enter' },
  ),
  'primitive.input.select': act(
    'Chooses options of a list by value or label.',
    {
      ...target,
      values: z
        .array(z.string().max(10_000))
        .max(1_000)
        .describe('The value or label of each; all others are no longer chosen.'),
    },
    { selector: 'select[name=size]', values: ['Large'] },
  ),
  'primitive.input.check': act(
    'Checks or unchecks a box, or chooses a radio button.',
    { ...target, checked: z.boolean().describe('How it is to be; it is not clicked if it is so already.') },
    { selector: '#terms', checked: true },
  ),
  'primitive.input.scroll': act(
    'Scrolls the page, an element, or an element into view.',
    {
      ...target,
      dx: distance.describe('Pixels to the right.').optional(),
      dy: distance.describe('Pixels down.').optional(),
      toSelector: selectorField.describe('Scrolls this element into view: the first that matches.').optional(),
      toRef: refField.describe('Scrolls the element of this ref into view.').optional(),
    },
    { dy: 800 },
  ),
  'primitive.input.drag': act(
    'Drags an element onto another one.',
    { ...target, toSelector: toSelector.optional(), toRef: toRef.optional() },
    { selector: '#card', toSelector: '#done' },
  ),
  'primitive.input.upload': act(
    'Puts files into a file field.',
    {
      ...target,
      files: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(255).describe('Its name for the page.'),
            mimeType: z.string().min(1).max(255).describe('Such as `text/plain`.'),
            contentBase64: z.base64().describe('Its bytes as base64.'),
          }),
        )
        .max(20)
        .describe('The files; none empties the field.'),
    },
    { selector: 'input[type=file]', files: [{ name: 'hello.txt', mimeType: 'text/plain', contentBase64: 'aGVsbG8=' }] },
  ),
};

/** All of them work on one tab, change it, and answer alike. */
function act<S extends z.ZodRawShape>(summary: string, shape: S, example: z.input<ActInput<S>>): Act<S> {
  return defineAction({
    summary,
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ ...shape, ...tabField }),
    example,
    output,
    errors,
  });
}

type ActInput<S extends z.ZodRawShape> = z.ZodObject<S & typeof tabField, z.core.$strict>;
type Act<S extends z.ZodRawShape> = ActionDescriptor<ActInput<S>, typeof output>;
