import * as z from 'zod';
import { defineAction } from './define-action.js';

export const WAIT_UNTIL = ['none', 'commit', 'domcontentloaded', 'load', 'networkidle'] as const;

const url = z.string().min(1).max(8_192);
const waitUntil = z.enum(WAIT_UNTIL);

/** Who asks; set by the relay, never by a controller. */
export const callerField = { __controllerClientId: z.string().optional() };

export const tabActions = {
  'primitive.tab.open': defineAction({
    summary: 'Opens a tab of your own, at a URL if one is given.',
    tab: 'never',
    readOnly: false,
    needsCaller: true,
    input: z.strictObject({ url: url.optional(), waitUntil: waitUntil.optional(), ...callerField }),
    output: z.object({ tabSessionId: z.string(), tabId: z.number(), url: z.string(), title: z.string().optional() }),
    errors: ['navigation_failed', 'too_many_tabs', 'tab_closed', 'tab_crashed'],
  }),
  'primitive.tab.close': defineAction({
    summary: 'Closes a tab; with force, without waiting for what runs in it.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ force: z.boolean().optional(), tabSessionId: z.string().optional() }),
    output: z.object({ closed: z.literal(true), tabSessionId: z.string() }),
    errors: ['unknown_tab_session'],
  }),
  'primitive.tab.close_owned': defineAction({
    summary: 'Closes all tabs of a controller that left.',
    tab: 'never',
    readOnly: false,
    needsCaller: false,
    internal: true,
    input: z.strictObject({ controllerClientId: z.string() }),
    output: z.object({
      controllerClientId: z.string(),
      closedCount: z.number(),
      missingCount: z.number(),
      totalOwnedSessions: z.number(),
    }),
    errors: [],
  }),
  'primitive.tab.navigate': defineAction({
    summary: 'Loads a URL in a tab.',
    tab: 'always',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ url, waitUntil: waitUntil.optional(), tabSessionId: z.string().optional() }),
    output: z.object({
      tabSessionId: z.string(),
      url: z.string(),
      title: z.string().optional(),
      status: z.number().optional(),
    }),
    errors: ['unknown_tab_session', 'navigation_failed', 'tab_closed', 'tab_crashed'],
  }),
  'primitive.tab.query': defineAction({
    summary: 'Lists your tabs.',
    tab: 'never',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({ ...callerField }),
    output: z.object({
      tabSessions: z.record(z.string(), z.number()),
      tabs: z.array(
        z.object({
          tabSessionId: z.string(),
          url: z.string(),
          title: z.string(),
          active: z.boolean(),
          createdAt: z.number(),
        }),
      ),
    }),
    errors: [],
  }),
};
