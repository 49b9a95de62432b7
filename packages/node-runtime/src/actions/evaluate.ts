import { ACTIONS, OttoError, isDeeperThan } from '@telepat/otto-protocol';
import { VALUE_DEPTH_MAX } from '@telepat/otto-protocol/limits';
import { nodeAction } from '../node-action.js';
import { withSourcePage } from '../source-page.js';
import { newsOf } from '../tab-news.js';

/** Runs an expression among the scripts of a page. */
export const evaluate = nodeAction(ACTIONS['primitive.page.evaluate'], async ({ expression, arg, ...source }, call) => {
  const given = arg === undefined ? {} : { arg };
  const value = await withSourcePage(source, call, (page, _named, { signal }) =>
    page.evaluate({ expression, ...given, signal }),
  );
  if (isDeeperThan(value, VALUE_DEPTH_MAX)) {
    throw new OttoError('script_failed', { message: `The value is nested deeper than ${VALUE_DEPTH_MAX} levels.` });
  }
  const { tabSessionId } = source;
  const tab = tabSessionId === undefined ? undefined : call.tools.tabs.find(tabSessionId);
  await tab?.life.downloads.settled({ clock: call.tools.clock, signal: call.signal });
  return { value, ...(tab === undefined ? {} : newsOf(tab)) };
});
