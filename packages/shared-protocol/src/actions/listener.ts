import * as z from 'zod';
import { defineAction } from './define-action.js';

export const INTERCEPT_MODES = ['network', 'fetch', 'hybrid'] as const;

/** Why an update is without its body, or says something else than what a page loaded; `error` may also be the browser's own word, such as `net::ERR_CONNECTION_REFUSED`. */
export const INTERCEPT_FAULTS = {
  body_unavailable: 'the browser has the body no more, or never had it',
  body_unfinished: 'the body had not come to its end when the response was reported, as that of a stream',
  body_over_budget: 'too much waited at the node already',
  too_large_for_frame: 'with body and headers it was larger than a frame',
  updates_missed: 'updates were left out before this one; missedCount says how many are known of',
  tab_closed: 'the tab was closed',
  tab_crashed: 'the page crashed',
} as const;

const name = z.string().min(1).max(200);
const host = z.string().min(1).max(260);

/** Each pattern costs something with each request of the page: so many characters may they be together. */
const PATTERN_CHARS_MAX = 10_000;

const patterns = z
  .array(z.string().min(1).max(2_000))
  .max(100)
  .refine((all) => all.reduce((sum, { length }) => sum + length, 0) <= PATTERN_CHARS_MAX, {
    message: `at most ${PATTERN_CHARS_MAX} characters in all`,
  });

/** The options of the listener `network.http_intercept`. */
export const httpInterceptOptions = z.strictObject({
  tabSessionId: name,
  /** The host that the page must be at, or a parent domain of it; a port counts where it is given. */
  site: host,
  /** Globs over the whole address; none: every address. */
  urlPatterns: patterns.optional(),
  /** Hosts of requests, and their subdomains; none: every host. */
  requestHostAllowlist: z.array(host).max(100).optional(),
  mode: z.enum(INTERCEPT_MODES).optional(),
  includeBody: z.boolean().optional(),
  includeHeaders: z.boolean().optional(),
  maxBodyBytes: z.number().int().min(0).max(8_000_000).optional(),
  /** Beginnings of media types, such as `application/json` or `image/`. */
  mimeTypes: z.array(z.string().min(1).max(255)).max(100).optional(),
});

/** `data` of an update of `network.http_intercept`. What is not known is an empty text, or the status 0. */
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
  /** Of the whole body, also where it is cut or left out. */
  bodyBytes: z.number().optional(),
  requestHeaders: z.record(z.string(), z.string()).optional(),
  responseHeaders: z.record(z.string(), z.string()).optional(),
  /** One of `INTERCEPT_FAULTS`, or what the browser said. */
  error: z.string().optional(),
  /** Updates that were left out since the one before. */
  missedCount: z.number().optional(),
});

export const listenerActions = {
  'listener.subscribe': defineAction({
    summary: 'Subscribes to a listener of this node.',
    tab: 'never',
    readOnly: false,
    needsCaller: false,
    input: z.strictObject({
      listener: name.describe('Its name, such as `network.http_intercept`.'),
      options: z.record(z.string(), z.unknown()).describe('What this listener takes.').optional(),
    }),
    example: { listener: 'network.http_intercept', options: { tabSessionId: 'tab_…', site: 'example.com' } },
    output: z.object({ listener: z.string(), subscribed: z.literal(true) }),
    errors: [
      'action_not_supported',
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
    input: z.strictObject({ targetRequestId: name.describe('The `requestId` of its `listener.subscribe`.') }),
    example: { targetRequestId: 'req_…' },
    output: z.object({ targetRequestId: z.string(), unsubscribed: z.boolean() }),
    errors: [],
  }),
};

/** `data` of an update of `network.http_intercept`. */
export type HttpInterceptUpdate = z.output<typeof httpInterceptUpdate>;
export type HttpInterceptOptions = z.output<typeof httpInterceptOptions>;
