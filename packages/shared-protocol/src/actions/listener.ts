import * as z from 'zod';
import { defineAction } from './define-action.js';

export const INTERCEPT_MODES = ['network', 'fetch', 'hybrid'] as const;

const name = z.string().min(1).max(200);
const pattern = z.string().min(1).max(2_000);

/** The options of the listener `network.http_intercept`. */
export const httpInterceptOptions = z.strictObject({
  tabSessionId: name,
  /** The host that the tab must be at, or a parent domain of it. */
  site: z.string().min(1).max(253),
  /** Globs over the whole address; none: every address. */
  urlPatterns: z.array(pattern).max(100).optional(),
  requestHostAllowlist: z.array(z.string().min(1).max(253)).max(100).optional(),
  mode: z.enum(INTERCEPT_MODES).optional(),
  includeBody: z.boolean().optional(),
  includeHeaders: z.boolean().optional(),
  maxBodyBytes: z.number().int().min(0).max(8_000_000).optional(),
  /** Beginnings of media types, such as `application/json` or `image/`. */
  mimeTypes: z.array(z.string().min(1).max(255)).max(100).optional(),
});

/** `data` of an update of `network.http_intercept`. */
export const httpInterceptUpdate = z.object({
  eventId: z.string(),
  tabSessionId: z.string(),
  site: z.string(),
  url: z.string(),
  method: z.string(),
  status: z.number(),
  mimeType: z.string(),
  requestId: z.string(),
  captureSource: z.enum(['network', 'fetch']),
  emittedAt: z.number(),
  body: z.string().optional(),
  base64Encoded: z.boolean().optional(),
  truncated: z.boolean().optional(),
  bodyBytes: z.number().optional(),
  requestHeaders: z.record(z.string(), z.string()).optional(),
  responseHeaders: z.record(z.string(), z.string()).optional(),
  error: z.string().optional(),
});

export const listenerActions = {
  'listener.subscribe': defineAction({
    summary: 'Subscribes to a listener of this node.',
    tab: 'never',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ listener: name, options: z.record(z.string(), z.unknown()).optional() }),
    output: z.object({ listener: z.string(), subscribed: z.literal(true) }),
    errors: [
      'unknown_tab_session',
      'site_mismatch',
      'tab_url_not_ready',
      'too_many_listeners',
      'tab_closed',
      'tab_crashed',
    ],
  }),
  'listener.unsubscribe': defineAction({
    summary: 'Ends a subscription.',
    tab: 'never',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({ targetRequestId: name }),
    output: z.object({ targetRequestId: z.string(), unsubscribed: z.boolean() }),
    errors: [],
  }),
};

/** `data` of an update of `network.http_intercept`. */
export type HttpInterceptUpdate = z.output<typeof httpInterceptUpdate>;
export type HttpInterceptOptions = z.output<typeof httpInterceptOptions>;
