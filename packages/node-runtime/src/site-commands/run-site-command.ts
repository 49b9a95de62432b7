import type { ActionCall } from '../node-action.js';
import { requireTab, withTemporaryPage } from '../source-page.js';
import { SiteCommandRun, type SiteCommandRequest } from './site-command-run.js';
import { startUrlOf } from './start-url.js';
import { TimeLimit } from './time-limit.js';

/**
 * Runs a site command in the tab that is named, or in a temporary one at its start page that is closed again whatever
 * happens.
 *
 * @throws OttoError `unknown_site` or `unknown_command` before anything else; the other checks follow in the tab
 */
export async function runSiteCommand(request: SiteCommandRequest, call: ActionCall): Promise<unknown> {
  const { tools } = call;
  const command = (await tools.siteCommands.current()).require(request.site, request.command);
  const limit = new TimeLimit(command, request.input, call);
  const run = new SiteCommandRun(command, request, { call, limit });
  limit.begin();
  try {
    if (request.tabSessionId !== undefined) return await run.in(requireTab(request.tabSessionId, tools).page);
    const source = {
      url: startUrlOf(command),
      waitUntil: 'domcontentloaded',
      owner: request.__controllerClientId,
    } as const;
    const limited = { ...call, signal: limit.signal, msLeft: () => limit.msLeft() };
    return await withTemporaryPage(source, limited, (page) => run.in(page));
  } catch (thrown) {
    throw run.failureOf(thrown);
  } finally {
    limit.end();
  }
}
