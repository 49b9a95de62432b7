import { abortReason } from '../abort-reason.js';
import type { ActionCall } from '../node-action.js';
import { readTab } from '../read-tab.js';
import { requireTab, withTemporaryPage } from '../source-page.js';
import { lookUpSiteCommands } from './look-up-site-commands.js';
import { withEffect } from './site-command-failure.js';
import {
  SiteCommandRun,
  type SiteCommandProgress,
  type SiteCommandRequest,
  type SiteCommandRunParts,
} from './site-command-run.js';
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
  const progress: SiteCommandProgress = { mayHaveEffect: false };
  try {
    const command = (await lookUpSiteCommands(call, request.site)).require(request.site, request.command);
    const parts = { command, request, progress };
    if (request.tabSessionId === undefined) return await runWithin(parts, call);
    const tab = requireTab(request.tabSessionId, tools);
    return await readTab(tab, call, (_page, guarded) => runWithin(parts, guarded));
  } catch (thrown) {
    // Of what failed after the command began its work nobody knows, even where the step that failed had no effect.
    throw withEffect(thrown, progress.mayHaveEffect ? 'unknown' : 'none');
  }
}

async function runWithin(parts: SiteCommandRunParts, call: ActionCall): Promise<unknown> {
  const { command, request } = parts;
  const limit = new TimeLimit(command, request.input, call);
  const run = new SiteCommandRun(parts, limit.call);
  limit.begin();
  try {
    if (request.tabSessionId !== undefined) return await run.in(requireTab(request.tabSessionId, call.tools).page);
    const waitUntil = 'domcontentloaded';
    const source = { url: startUrlOf(command), waitUntil, owner: request.__controllerClientId } as const;
    return await withTemporaryPage(source, limit.call, (page) => run.in(page));
  } catch (thrown) {
    const { signal } = limit.call;
    throw signal.aborted ? abortReason(signal) : thrown;
  } finally {
    limit.end();
  }
}
