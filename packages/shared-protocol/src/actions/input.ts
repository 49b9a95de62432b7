import * as z from 'zod';
import { defineAction, type ActionDescriptor } from './define-action.js';
import { actedFields, refField, selectorField, tabField } from './fields.js';

export const MOUSE_BUTTONS = ['left', 'right', 'middle'] as const;
export const KEY_MODIFIERS = ['Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift'] as const;

const target = { selector: selectorField.optional(), ref: refField.optional() };
const key = z.string().min(1).max(100);
const distance = z.number().min(-1_000_000).max(1_000_000);

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
  'primitive.input.click': act('Clicks an element.', {
    ...target,
    button: z.enum(MOUSE_BUTTONS).optional(),
    clickCount: z.number().int().min(1).max(3).optional(),
    modifiers: z.array(z.enum(KEY_MODIFIERS)).max(KEY_MODIFIERS.length).optional(),
  }),
  'primitive.input.hover': act('Moves the pointer over an element.', {
    ...target,
    modifiers: z.array(z.enum(KEY_MODIFIERS)).max(KEY_MODIFIERS.length).optional(),
  }),
  'primitive.input.type': act('Types text key by key, into an element or where the focus is.', {
    ...target,
    text: z.string().max(100_000),
    delayMs: z.number().int().min(0).max(1_000).optional(),
  }),
  'primitive.input.fill': act('Replaces what a field holds.', { ...target, value: z.string().max(1_000_000) }),
  'primitive.input.press': act(
    'Presses a key or a combination such as Control+a, in an element or where the focus is.',
    {
      ...target,
      key,
    },
  ),
  'primitive.input.select': act('Chooses options of a list by value or label.', {
    ...target,
    values: z.array(z.string().max(10_000)).max(1_000),
  }),
  'primitive.input.check': act('Checks or unchecks a box, or chooses a radio button.', {
    ...target,
    checked: z.boolean(),
  }),
  'primitive.input.scroll': act('Scrolls the page, an element, or an element into view.', {
    ...target,
    dx: distance.optional(),
    dy: distance.optional(),
    toSelector: selectorField.optional(),
    toRef: refField.optional(),
  }),
  'primitive.input.drag': act('Drags an element onto another one.', {
    ...target,
    toSelector: selectorField.optional(),
    toRef: refField.optional(),
  }),
  'primitive.input.upload': act('Puts files into a file field.', {
    ...target,
    files: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(255),
          mimeType: z.string().min(1).max(255),
          contentBase64: z.base64(),
        }),
      )
      .max(20),
  }),
};

/** All of them work on one tab, change it, and answer alike. */
function act<S extends z.ZodRawShape>(
  summary: string,
  shape: S,
): ActionDescriptor<z.ZodObject<S & typeof tabField, z.core.$strict>, typeof output> {
  return defineAction({
    summary,
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ ...shape, ...tabField }),
    output,
    errors,
  });
}
