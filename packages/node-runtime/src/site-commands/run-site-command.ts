import type { ActionCall } from '../node-action.js';
import { readTab } from '../read-tab.js';
import { requireTab, withTemporaryPage } from '../source-page.js';
import type { SiteCommand } from './site-command.js';
import { SiteCommandRun, type SiteCommandRequest } from './site-command-run.js';
import { startUrlOf } from './start-url.js';
import { TimeLimit } from './time-limit.js';

/**
 * Runs a site command in the tab that is named, or in a temporary one at its start page that is closed again whatever
 * happens. A dialog that opens in a named tab ends it.
 *
 * @throws OttoError `unknown_site` or `unknown_command` before anything else; the other checks follow in the tab
 */
export async function runSiteCommand(request: SiteCommandRequest, call: ActionCall): Promise<unknown> {
  const { tools } = call;
  const command = (await tools.siteCommands.current()).require(request.site, request.command);
  if (request.tabSessionId === undefined) return runWithin(command, request, call);
  const tab = requireTab(request.tabSessionId, tools);
  return readTab(tab, call, (_page, guarded) => runWithin(command, request, guarded));
}

async function runWithin(command: SiteCommand, request: SiteCommandRequest, call: ActionCall): Promise<unknown> {
  const limit = new TimeLimit(command, request.input, call);
  const run = new SiteCommandRun(command, request, limit.call);
  limit.begin();
  try {
    if (request.tabSessionId !== undefined) return await run.in(requireTab(request.tabSessionId, call.tools).page);
    const waitUntil = 'domcontentloaded';
    const source = { url: startUrlOf(command), waitUntil, owner: request.__controllerClientId } as const;
    return await withTemporaryPage(source, limit.call, (page) => run.in(page));
  } catch (thrown) {
    throw run.failureOf(thrown);
  } finally {
    limit.end();
  }
}
