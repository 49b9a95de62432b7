import { OttoError, httpInterceptOptions, type HttpInterceptOptions } from '@telepat/otto-protocol';
import { abortReason } from '../abort-reason.js';
import { requireAtSite } from '../at-site.js';
import { requireHostRule } from '../host-rule.js';
import type { ActionCall } from '../node-action.js';
import type { InterceptOptions, InterceptWatcher, Interception } from '../ports.js';
import type { Subscription } from '../subscription.js';
import { urlGlob } from '../url-glob.js';
import { interceptData, interceptNotice, interceptUpdate, type InterceptNames } from './intercept-update.js';
import type { NodeListener } from './node-listener.js';

/**
 * What one tab loads, as long as its page is at the site that was named. The tab is any tab of this node, as with the
 * actions that read: whoever knows its name works with it.
 */
export const httpIntercept: NodeListener = {
  async open(raw: unknown, call: ActionCall): Promise<void> {
    const options = readOptions(raw);
    const tab = call.tools.tabs.require(options.tabSessionId);
    const isAtSite = requireHostRule(options.site, 'options.site');
    const wanted = whatIsWanted(options, isAtSite);
    requireAtSite(tab.page.url(), { site: options.site, isAtSite });

    const names = { tabSessionId: options.tabSessionId, site: options.site };
    const subscription = call.tools.listeners.begin(call.requestId, {
      tabSessionId: options.tabSessionId,
      noticeOfMissed: () => interceptNotice('network.error', names, 'updates_missed'),
    });
    try {
      const interception = await tab.page.intercept(wanted, watcherFor(subscription, names));
      await keepUnlessOver(subscription, interception, call);
    } catch (error) {
      await subscription.end();
      throw error;
    }
  },
};

function readOptions(raw: unknown): HttpInterceptOptions {
  const parsed = httpInterceptOptions.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `${['options', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'not well-formed'}`;
  throw new OttoError('invalid_action_input', { message, effect: 'none' });
}

function whatIsWanted(options: HttpInterceptOptions, isAtSite: (url: string) => boolean): InterceptOptions {
  const { urlPatterns = [], requestHostAllowlist = [], mimeTypes = [], maxBodyBytes } = options;
  const globs = urlPatterns.map((pattern) => urlGlob(pattern));
  const hosts = requestHostAllowlist.map((host) => requireHostRule(host, 'options.requestHostAllowlist'));
  const beginnings = mimeTypes.map((type) => type.toLowerCase());
  return {
    mode: options.mode,
    wantsRequest: (url, pageUrl) => isAtSite(pageUrl) && isAnyOr(globs, url) && isAnyOr(hosts, url),
    wantsType: (mimeType) => isAnyOr(beginnings, mimeType.toLowerCase()),
    urlPatterns,
    includeBody: options.includeBody,
    includeHeaders: options.includeHeaders,
    maxBodyBytes,
  };
}

/** Whether one of the rules fits; without a rule everything does. */
function isAnyOr(rules: readonly (string | ((text: string) => boolean))[], text: string): boolean {
  if (rules.length === 0) return true;
  return rules.some((rule) => (typeof rule === 'string' ? text.startsWith(rule) : rule(text)));
}

function watcherFor(subscription: Subscription, names: InterceptNames): InterceptWatcher {
  return {
    captured: (updateType, response) => subscription.tell(interceptUpdate(updateType, interceptData(names, response))),
    missed: (count) => subscription.missed(count),
    detached: (reason) => subscription.tellLast(interceptNotice('network.detached', names, reason)),
  };
}

/** A subscribe that was given up meanwhile leaves nothing that captures. */
async function keepUnlessOver(subscription: Subscription, interception: Interception, call: ActionCall): Promise<void> {
  subscription.attach(() => interception.stop());
  if (call.signal.aborted) throw abortReason(call.signal);
  if (subscription.isOver) throw new OttoError('command_cancelled', { effect: 'none' });
}
