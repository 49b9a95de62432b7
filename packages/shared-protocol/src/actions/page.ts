import * as z from 'zod';
import { defineAction } from './define-action.js';
import { callerField } from './tab.js';

export const SCREENSHOT_MODES = ['viewport', 'full_page', 'element'] as const;
export const SCREENSHOT_FORMATS = ['png', 'jpeg'] as const;

export const pageActions = {
  'primitive.page.screenshot': defineAction({
    summary: 'Takes a picture of a page or of one element.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      tabSessionId: z.string().optional(),
      url: z.string().min(1).max(8_192).optional(),
      mode: z.enum(SCREENSHOT_MODES).optional(),
      selector: z.string().min(1).max(2_000).optional(),
      format: z.enum(SCREENSHOT_FORMATS).optional(),
      quality: z.number().int().min(1).max(100).optional(),
      maxBytes: z.number().int().min(1_000).max(10_000_000).optional(),
      ...callerField,
    }),
    output: z.object({
      tabSessionId: z.string().optional(),
      sourceUrl: z.string(),
      mode: z.enum(SCREENSHOT_MODES),
      format: z.enum(SCREENSHOT_FORMATS),
      mimeType: z.string(),
      width: z.number(),
      height: z.number(),
      byteLength: z.number(),
      contentBase64: z.string(),
      downscaled: z.boolean(),
    }),
    errors: [
      'unknown_tab_session',
      'navigation_failed',
      'element_not_found',
      'screenshot_too_large',
      'too_many_tabs',
      'tab_closed',
      'tab_crashed',
      'script_failed',
    ],
  }),
};
