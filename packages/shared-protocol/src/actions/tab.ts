import * as z from 'zod';
import { defineAction, type ActionDescriptor } from './define-action.js';
import { actedFields, callerField, newsFields, tabField, urlField } from './fields.js';

export const WAIT_UNTIL = ['none', 'commit', 'domcontentloaded', 'load', 'networkidle'] as const;

const waitUntil = z.enum(WAIT_UNTIL).describe('How far the page must have come before the answer.');
const url = urlField.describe('`http:`, `https:` or `about:blank`.');
const moved = z.object({ ...actedFields, title: z.string() });

export const tabActions = {
  'primitive.tab.open': defineAction({
    summary: 'Opens a tab of your own, at a URL if one is given.',
    tab: 'never',
    readOnly: false,
    needsCaller: true,
    input: z.strictObject({ url: url.optional(), waitUntil: waitUntil.default('none'), ...callerField }),
    example: { url: 'https://example.com', waitUntil: 'load' },
    output: z.object({
      ...actedFields,
      tabSessionId: z.string().describe('The name of the tab for all that follows.'),
      tabId: z.number().describe('A number of the tab that the browser or node uses itself.'),
    }),
    errors: ['navigation_failed', 'too_many_tabs', 'tab_closed', 'tab_crashed'],
  }),
  'primitive.tab.close': defineAction({
    summary: 'Closes a tab; with force, without waiting for what runs in it.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({
      force: z.boolean().describe('At once; what runs or waits in the tab ends with `tab_closed`.').default(false),
      ...tabField,
    }),
    example: { force: true },
    output: z.object({ closed: z.literal(true), tabSessionId: z.string() }),
    errors: ['unknown_tab_session', 'tab_closed'],
  }),
  'primitive.tab.close_owned': defineAction({
    summary: 'Closes all tabs of a controller that left.',
    tab: 'never',
    readOnly: false,
    needsCaller: false,
    internal: true,
    input: z.strictObject({ controllerClientId: z.string().describe('Whose tabs.') }),
    example: { controllerClientId: 'clt_…' },
    output: z.object({
      controllerClientId: z.string(),
      closedCount: z.number(),
      missingCount: z.number().describe('Tabs that could not be closed, or were gone.'),
      totalOwnedSessions: z.number(),
    }),
    errors: [],
  }),
  'primitive.tab.navigate': defineAction({
    summary: 'Loads a URL in a tab.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ url, waitUntil: waitUntil.default('domcontentloaded'), ...tabField }),
    example: { url: 'https://example.com/docs', waitUntil: 'load' },
    output: z.object({
      ...actedFields,
      status: z.number().describe('The HTTP status of the page, where it came by HTTP.').optional(),
    }),
    errors: ['unknown_tab_session', 'navigation_failed', 'dialog_open', 'tab_closed', 'tab_crashed'],
  }),
  'primitive.tab.back': move('Goes back to the page before.'),
  'primitive.tab.forward': move('Goes forward again after going back.'),
  'primitive.tab.reload': move('Loads the page again.'),
  'primitive.tab.activate': defineAction({
    summary: 'Brings a tab to the front of its window.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject(tabField),
    example: {},
    output: moved,
    errors: ['unknown_tab_session', 'tab_closed', 'tab_crashed'],
  }),
  'primitive.tab.query': defineAction({
    summary: 'Lists your tabs.',
    tab: 'never',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({ ...callerField }),
    example: {},
    output: z.object({
      tabSessions: z.record(z.string(), z.number()).describe('The `tabId` of each `tabSessionId`.'),
      tabs: z
        .array(
          z.object({
            tabSessionId: z.string(),
            url: z.string(),
            title: z.string(),
            active: z.boolean(),
            createdAt: z.number().describe('In epoch milliseconds.'),
            openerTabSessionId: z.string().describe('The tab whose page opened this one as a pop-up.').optional(),
            dialog: newsFields.dialog,
          }),
        )
        .describe('Those that you opened, and the pop-ups of their pages.'),
    }),
    errors: [],
  }),
};

/** The ways through the history of a tab answer alike. */
function move(summary: string): ActionDescriptor<z.ZodObject<typeof tabField, z.core.$strict>, typeof moved> {
  return defineAction({
    summary,
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject(tabField),
    example: {},
    output: moved,
    errors: ['unknown_tab_session', 'navigation_failed', 'dialog_open', 'tab_closed', 'tab_crashed'],
  });
}
