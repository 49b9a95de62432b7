import * as z from 'zod';
import { INTERCEPTED_BODY_BYTES_DEFAULT } from '../limits.js';
import { defineAction } from './define-action.js';

export const INTERCEPT_MODES = ['network', 'fetch', 'hybrid'] as const;

/** Why an update is without its body, or says something else than what a page loaded; `error` may also be the browser's own word, such as `net::ERR_CONNECTION_REFUSED`. */
export const INTERCEPT_FAULTS = {
  body_unavailable: 'the browser has the body no more, or never had it',
  body_unfinished: 'the body had not come to its end when the response was reported, as that of a stream',
  body_over_budget: 'too much waited at the node already',
  page_left: 'the page that had asked was left before the answer had come to its end',
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
  tabSessionId: name.describe('The tab whose pages are listened to.'),
  site: host.describe('The host that the page must be at, or a parent domain of it; a port counts where it is given.'),
  urlPatterns: patterns
    .describe('Globs over the whole address, `**` for any text, `*` for any without a slash; none: every address.')
    .optional(),
  requestHostAllowlist: z
    .array(host)
    .max(100)
    .describe('Hosts of requests, and their subdomains; none: every host.')
    .optional(),
  mode: z
    .enum(INTERCEPT_MODES)
    .describe('`network` looks on, `fetch` stops each response until its body is sent on, `hybrid` does both.')
    .default('network'),
  includeBody: z.boolean().describe('Whether updates have the body.').default(true),
  includeHeaders: z
    .boolean()
    .describe('Whether updates have the headers; those with secrets are blanked.')
    .default(false),
  maxBodyBytes: z
    .number()
    .int()
    .min(0)
    .max(8_000_000)
    .describe('A longer body is cut off here.')
    .default(INTERCEPTED_BODY_BYTES_DEFAULT),
  mimeTypes: z
    .array(z.string().min(1).max(255))
    .max(100)
    .describe('Beginnings of media types, such as `application/json` or `image/`; none: every type.')
    .optional(),
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
  requestId: z.string().describe('The request, as the browser names it.'),
  captureSource: z.enum(['network', 'fetch']),
  emittedAt: z.number().describe('In epoch milliseconds.'),
  body: z.string().optional(),
  base64Encoded: z.boolean().describe('`body` is base64, because it is no text.').optional(),
  truncated: z.boolean().describe('`body` is only the beginning.').optional(),
  bodyBytes: z.number().describe('Of the whole body, also where it is cut off or left out.').optional(),
  requestHeaders: z.record(z.string(), z.string()).optional(),
  responseHeaders: z.record(z.string(), z.string()).optional(),
  error: z
    .string()
    .describe('Why something is missing, such as `body_unavailable` or `updates_missed`, or what the browser said.')
    .optional(),
  missedCount: z.number().describe('Updates that were left out since the one before.').optional(),
});

/** What nodes can be subscribed to: what each takes, and the `data` of its updates. */
export const LISTENER_DESCRIPTORS = {
  'network.http_intercept': {
    summary: 'Tells of each response that the pages of a tab load, with its body.',
    options: httpInterceptOptions,
    update: httpInterceptUpdate,
  },
} as const;

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
/** The options of `network.http_intercept`, with what counts where they leave something out. */
export type HttpInterceptOptions = z.output<typeof httpInterceptOptions>;

/** The names of listeners that this build knows. */
export type ListenerName = keyof typeof LISTENER_DESCRIPTORS;
/** The options that a listener takes. */
export type ListenerOptions<N extends ListenerName> = z.input<(typeof LISTENER_DESCRIPTORS)[N]['options']>;
/** The `data` of the updates of a listener. */
export type ListenerData<N extends ListenerName> = z.output<(typeof LISTENER_DESCRIPTORS)[N]['update']>;
