import * as z from 'zod';
import { defineAction } from './define-action.js';
import { actedFields, newsFields, refField, selectorField, sourceFields, tabField } from './fields.js';

export const SCREENSHOT_MODES = ['viewport', 'full_page', 'element'] as const;
export const SCREENSHOT_FORMATS = ['png', 'jpeg'] as const;
export const PDF_FORMATS = ['A3', 'A4', 'A5', 'Legal', 'Letter', 'Tabloid'] as const;
export const CONSOLE_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const ELEMENT_STATES = ['attached', 'visible', 'hidden', 'detached'] as const;
export const LOAD_STATES = ['domcontentloaded', 'load', 'networkidle'] as const;

const where = { tabSessionId: z.string().optional(), sourceUrl: z.string() };

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
      maxNodes: z.number().int().min(1).max(100_000).optional(),
      interestingOnly: z.boolean().optional(),
    }),
    output: z.object({
      tabSessionId: z.string().optional(),
      url: z.string(),
      title: z.string(),
      snapshot: z.string(),
      nodeCount: z.number(),
      truncated: z.boolean(),
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
      mode: z.enum(SCREENSHOT_MODES).optional(),
      selector: selectorField.optional(),
      ref: refField.optional(),
      format: z.enum(SCREENSHOT_FORMATS).optional(),
      quality: z.number().int().min(1).max(100).optional(),
      maxBytes: z.number().int().min(1_000).max(10_000_000).optional(),
    }),
    output: z.object({
      ...where,
      mode: z.enum(SCREENSHOT_MODES),
      format: z.enum(SCREENSHOT_FORMATS),
      mimeType: z.string(),
      width: z.number(),
      height: z.number(),
      byteLength: z.number(),
      contentBase64: z.string(),
      downscaled: z.boolean(),
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
      format: z.enum(PDF_FORMATS).optional(),
      landscape: z.boolean().optional(),
      printBackground: z.boolean().optional(),
    }),
    output: z.object({ ...where, byteLength: z.number(), contentBase64: z.string() }),
    errors: [...readErrors, 'content_too_large'],
  }),
  'primitive.page.console': defineAction({
    summary: 'Reads the latest console messages and errors of a page.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      ...sourceFields,
      sinceMs: z.number().min(0).optional(),
      level: z.enum(CONSOLE_LEVELS).optional(),
    }),
    output: z.object({
      ...where,
      messages: z.array(
        z.object({
          level: z.enum(CONSOLE_LEVELS),
          text: z.string(),
          at: z.number(),
          isPageError: z.boolean(),
          url: z.string().optional(),
          line: z.number().optional(),
        }),
      ),
      droppedCount: z.number(),
    }),
    errors: readErrors,
  }),
  'primitive.page.download': defineAction({
    summary: 'Fetches a file that an earlier action of the tab reported as a download.',
    tab: 'always',
    readOnly: true,
    needsCaller: false,
    sensitive: true,
    input: z.strictObject({ ...tabField, downloadId: z.string().min(1).max(200) }),
    output: z.object({
      fileName: z.string(),
      mimeType: z.string(),
      byteLength: z.number(),
      contentBase64: z.string(),
    }),
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
      expression: z.string().min(1).max(1_000_000),
      arg: z.unknown().optional(),
    }),
    output: z.object({ ...newsFields, value: z.unknown() }),
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
      state: z.enum(ELEMENT_STATES).optional(),
      text: z.string().min(1).max(2_000).optional(),
      url: z.string().min(1).max(2_000).optional(),
      loadState: z.enum(LOAD_STATES).optional(),
      timeoutMs: z.number().int().min(1).max(600_000).optional(),
    }),
    output: z.object(actedFields),
    errors: ['unknown_tab_session', 'wait_timed_out', 'dialog_open', 'tab_closed', 'tab_crashed', 'script_failed'],
  }),
  'primitive.page.dialog': defineAction({
    summary: 'Answers the dialog that is open in a tab.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ ...tabField, accept: z.boolean(), promptText: z.string().max(100_000).optional() }),
    output: z.object({
      ...actedFields,
      answered: z.object({ type: z.string(), message: z.string(), accepted: z.boolean() }),
    }),
    errors: ['unknown_tab_session', 'no_dialog_open', 'tab_closed', 'tab_crashed'],
  }),
};
