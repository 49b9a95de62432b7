import type { httpInterceptOptions } from '@telepat/otto-protocol';
import { INTERCEPT_MODES } from '@telepat/otto-protocol';
import * as z from 'zod';
import { commandOptions } from '../controller/command-options.js';
import { declareCommand } from '../declare-command.js';
import { followNetwork } from '../listeners/follow-network.js';
import { flag, requiredText, wholeNumber } from '../option-values.js';

const BODY_BYTES_MAX = 8_000_000;

const { nodeId, timeout, keepTabs } = commandOptions;
const several = z.array(z.string().min(1, { error: 'must not be empty' })).optional();

/** `otto listener subscribe-network` */
export const listenerSubscribeNetworkCommand = declareCommand({
  words: 'listener subscribe-network',
  summary: 'Prints what a tab loads, as it comes, until Ctrl+C.',
  details:
    'The listener network.http_intercept: requests of the pages of one tab, with their frames and workers, as long as ' +
    'they are at the site. For people each is a line without its body; with --json it is a line with everything. It ' +
    'fails with tab_closed or tab_crashed when the tab goes. Whoever reads too slowly misses the newest, and is told.',
  streams: true,
  examples: [
    'otto listener subscribe-network --tab-session tab_… --site example.com',
    `otto listener subscribe-network --tab-session tab_… --site example.com --url-pattern '**/api/**' --json | jq .data.body`,
    'otto listener subscribe-network --tab-session tab_… --site example.com --mode hybrid --mime-type application/json',
  ],
  endsItself: true,
  options: {
    tabSession: { ...commandOptions.tabSession, summary: 'the tab that is listened to', value: requiredText },
    site: { flags: '--site <host>', summary: 'the host that its page is at, or a parent domain', value: requiredText },
    urlPattern: {
      flags: '--url-pattern <glob...>',
      summary: 'only addresses like these: * is any text without a slash, ** any text',
      value: several,
    },
    requestHost: { flags: '--request-host <host...>', summary: 'only requests to these hosts', value: several },
    mimeType: { flags: '--mime-type <beginning...>', summary: 'only answers of these types', value: several },
    mode: {
      flags: '--mode <mode>',
      summary: `how bodies are got: ${INTERCEPT_MODES.join(', ')} (default: network)`,
      value: z.enum(INTERCEPT_MODES, { error: `must be one of ${INTERCEPT_MODES.join(', ')}` }).optional(),
    },
    withoutBody: { flags: '--without-body', summary: 'updates without bodies', value: flag },
    headers: { flags: '--headers', summary: 'updates with headers; those with secrets are blanked', value: flag },
    maxBodyBytes: {
      flags: '--max-body-bytes <n>',
      summary: 'where longer bodies are cut off (default: 256000)',
      value: wholeNumber({ min: 0, max: BODY_BYTES_MAX, unit: 'bytes' }).optional(),
    },
    nodeId,
    timeout: { ...timeout, summary: 'time for the subscription to begin (default: 30000)' },
    keepTabs,
  },
  run: async ({ context, options }) => {
    const { urlPattern, requestHost, mimeType, mode, maxBodyBytes, ...rest } = options;
    const wish: z.input<typeof httpInterceptOptions> = {
      tabSessionId: rest.tabSession,
      site: rest.site,
      includeBody: !rest.withoutBody,
      includeHeaders: rest.headers,
      ...(urlPattern === undefined ? {} : { urlPatterns: urlPattern }),
      ...(requestHost === undefined ? {} : { requestHostAllowlist: requestHost }),
      ...(mimeType === undefined ? {} : { mimeTypes: mimeType }),
      ...(mode === undefined ? {} : { mode }),
      ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
    };
    await followNetwork(context, {
      options: wish,
      nodeId: rest.nodeId,
      timeout: rest.timeout,
      keepTabs: rest.keepTabs,
    });
  },
});
