import * as z from 'zod';
import { SNAPSHOT_NODES_DEFAULT } from '../limits.js';
import { defineAction } from './define-action.js';
import { actedFields, newsFields, refField, selectorField, sourceFields, tabField } from './fields.js';

export const SCREENSHOT_MODES = ['viewport', 'full_page', 'element'] as const;
export const SCREENSHOT_FORMATS = ['png', 'jpeg'] as const;
export const PDF_FORMATS = ['A3', 'A4', 'A5', 'Legal', 'Letter', 'Tabloid'] as const;
export const CONSOLE_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const ELEMENT_STATES = ['attached', 'visible', 'hidden', 'detached'] as const;
export const LOAD_STATES = ['domcontentloaded', 'load', 'networkidle'] as const;

const where = {
  tabSessionId: z.string().optional(),
  sourceUrl: z.string().describe('Where the page is in the end, after redirects.'),
};

const file = {
  byteLength: z.number(),
  contentBase64: z.string().describe('The bytes as base64.'),
};

const readErrors = [
  'unknown_tab_session',
  'navigation_failed',
  'too_many_tabs',
  'dialog_open',
  'tab_closed',
  'tab_crashed',
  'script_failed',
] as const;

export const pageActions = {
  'primitive.page.snapshot': defineAction({
    summary: 'Reads a page as an outline of its accessibility tree, with a ref for each element that can be acted on.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      ...sourceFields,
      maxNodes: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .describe('The outline ends after so many elements.')
        .default(SNAPSHOT_NODES_DEFAULT),
      interestingOnly: z
        .boolean()
        .describe(
          'Leaves out boxes that only hold others, and what is hidden from screen readers; `false` shows these as well.',
        )
        .default(true),
    }),
    example: { maxNodes: 500 },
    output: z.object({
      tabSessionId: z.string().optional(),
      url: z.string(),
      title: z.string(),
      snapshot: z
        .string()
        .describe('One line an element, indented: role, name, and `[ref=e12]` where it can be acted on.'),
      nodeCount: z.number().describe('Elements in the outline.'),
      truncated: z.boolean().describe('The outline is only the beginning.'),
    }),
    errors: [...readErrors, 'content_too_large'],
  }),
  'primitive.page.screenshot': defineAction({
    summary: 'Takes a picture of a page or of one element.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      ...sourceFields,
      mode: z
        .enum(SCREENSHOT_MODES)
        .describe('What a window shows, the whole page, or one element; a selector or ref means the latter by itself.')
        .optional(),
      selector: selectorField.optional(),
      ref: refField.optional(),
      format: z.enum(SCREENSHOT_FORMATS).describe('The kind of picture.').default('png'),
      quality: z.number().int().min(1).max(100).describe('Of a JPEG.').optional(),
      maxBytes: z
        .number()
        .int()
        .min(1_000)
        .max(10_000_000)
        .describe('A larger picture is shrunk until it fits.')
        .default(5_000_000),
    }),
    example: { mode: 'full_page', format: 'jpeg' },
    output: z.object({
      ...where,
      mode: z.enum(SCREENSHOT_MODES),
      format: z.enum(SCREENSHOT_FORMATS),
      mimeType: z.string(),
      width: z.number(),
      height: z.number(),
      ...file,
      downscaled: z.boolean().describe('It was shrunk to fit into `maxBytes`.'),
    }),
    errors: [...readErrors, 'element_not_found', 'stale_element_ref', 'screenshot_too_large'],
  }),
  'primitive.page.pdf': defineAction({
    summary: 'Prints a page as PDF.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      ...sourceFields,
      format: z.enum(PDF_FORMATS).describe('The size of the paper.').default('A4'),
      landscape: z.boolean().describe('Whether the paper lies on its side.').default(false),
      printBackground: z.boolean().describe('Whether colours and pictures behind the text are printed.').default(true),
    }),
    example: { format: 'A4' },
    output: z.object({ ...where, ...file }),
    errors: [...readErrors, 'content_too_large'],
  }),
  'primitive.page.console': defineAction({
    summary: 'Reads the latest console messages and errors of a page.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      ...sourceFields,
      sinceMs: z.number().min(0).describe('Only what is not older than this time, in epoch milliseconds.').optional(),
      level: z.enum(CONSOLE_LEVELS).describe('Only messages of this level and graver ones.').default('debug'),
    }),
    example: { level: 'warn' },
    output: z.object({
      ...where,
      messages: z
        .array(
          z.object({
            level: z.enum(CONSOLE_LEVELS),
            text: z.string(),
            at: z.number().describe('In epoch milliseconds.'),
            isPageError: z.boolean().describe('Thrown in the page and caught by nobody.'),
            url: z.string().optional(),
            line: z.number().optional(),
          }),
        )
        .describe('The oldest first.'),
      droppedCount: z.number().describe('Older messages that gave way to newer ones.'),
    }),
    errors: [...readErrors, 'content_too_large'],
  }),
  'primitive.page.download': defineAction({
    summary: 'Fetches a file that an earlier action of the tab reported as a download.',
    tab: 'always',
    readOnly: true,
    needsCaller: false,
    sensitive: true,
    input: z.strictObject({
      ...tabField,
      downloadId: z.string().min(1).max(200).describe('As `data.downloads` of an action named it.'),
    }),
    example: { downloadId: 'dl_…' },
    output: z.object({ fileName: z.string(), mimeType: z.string(), ...file }),
    errors: ['unknown_tab_session', 'download_not_found', 'download_failed', 'content_too_large', 'tab_closed'],
  }),
  'primitive.page.evaluate': defineAction({
    summary: 'Runs an expression of JavaScript in a page and gives its value as JSON.',
    tab: 'optional',
    readOnly: false,
    needsCaller: true,
    sensitive: true,
    input: z.strictObject({
      ...sourceFields,
      expression: z
        .string()
        .min(1)
        .max(1_000_000)
        .describe(
          'An expression, or a function that is called with `arg`; a promise is waited for, and `undefined` is null.',
        ),
      arg: z.unknown().describe('What the function is called with: any JSON.').optional(),
    }),
    example: { expression: 'document.links.length' },
    output: z.object({ ...newsFields, value: z.unknown().describe('The value, as JSON.') }),
    errors: [...readErrors, 'content_too_large'],
  }),
  'primitive.page.wait_for': defineAction({
    summary: 'Waits until an element, a text, an address or a state of loading is there.',
    tab: 'always',
    readOnly: true,
    needsCaller: false,
    input: z.strictObject({
      ...tabField,
      selector: selectorField.optional(),
      state: z
        .enum(ELEMENT_STATES)
        .describe('What the element of `selector` must be: `visible` unless something else is given.')
        .optional(),
      text: z
        .string()
        .min(1)
        .max(2_000)
        .describe('Text that the page must show somewhere, in any frame and whatever its case.')
        .optional(),
      url: z.string().min(1).max(2_000).describe('The address that the tab must be at, or a glob over it.').optional(),
      loadState: z.enum(LOAD_STATES).describe('How far the page must have come.').optional(),
      timeoutMs: z
        .number()
        .int()
        .min(1)
        .max(600_000)
        .describe('Gives up with `wait_timed_out`; the time of the command ends it in any case.')
        .optional(),
    }),
    example: { selector: '#results', timeoutMs: 10_000 },
    output: z.object(actedFields),
    errors: [
      'unknown_tab_session',
      'navigation_failed',
      'wait_timed_out',
      'dialog_open',
      'tab_closed',
      'tab_crashed',
      'script_failed',
    ],
  }),
  'primitive.page.dialog': defineAction({
    summary: 'Answers the dialog that is open in a tab.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({
      ...tabField,
      accept: z.boolean().describe('OK, or Cancel.'),
      promptText: z.string().max(100_000).describe('What is entered where a prompt asks for text.').optional(),
    }),
    example: { accept: true },
    output: z.object({
      ...actedFields,
      answered: z
        .object({ type: z.string(), message: z.string(), accepted: z.boolean() })
        .describe('The dialog that was open.'),
    }),
    errors: ['unknown_tab_session', 'no_dialog_open', 'tab_closed', 'tab_crashed'],
  }),
};
