import { OttoError, siteCommandTimeoutMs, type AUTH_MODES } from '@telepat/otto-protocol';
import type { OttoClient } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { chooseNode } from '../controller/choose-node.js';
import { traceparentOf } from '../controller/traceparent.js';
import { withController } from '../controller/with-controller.js';
import { whenAborted } from '../interruption.js';
import { findSiteCommand } from './find-site-command.js';
import { followStream, type StreamWish } from './follow-stream.js';
import { problemLine } from './site-commands-text.js';

/**
 * Tries a site command in a tab of its own at the site, prints what it gives, and follows the stream that it declares.
 * However it ends, the stream is cancelled and the tab is closed. With a tab of the user's, that one is used and stays.
 */
export async function trySiteCommand(context: CommandContext, trial: Trial): Promise<void> {
  const { output, io } = context;
  const ofThisMachine = (await context.config.read()).nodeId;
  await withController(context, { keepTabsMs: trial.keepTabs }, async (client) => {
    const nodeId = await chooseNode(client, { named: trial.nodeId, ofThisMachine });
    const { site, command, input } = trial;
    const descriptor = await findSiteCommand(client, { nodeId, site, command }, (problem) =>
      output.note(problemLine(problem)),
    );
    const { startUrl = `https://${descriptor.site}/`, timeoutPolicy } = descriptor;
    const timeoutMs = trial.timeout ?? siteCommandTimeoutMs(timeoutPolicy, input);
    await withTab(client, { nodeId, startUrl, trial, signal: io.signal }, async (tabSessionId) => {
      const stream = await client.commands.follow({
        ...{ nodeId, tabSessionId, site, command, input, timeoutMs, authMode: trial.authMode },
        waitPolicy: trial.failFast ? 'fail_fast' : 'wait_with_timeout',
        signal: io.signal,
        traceparent: traceparentOf(io.env),
        onMissed: (missed) => output.note(`otto: some updates are missing (${missed.reason}).`),
      });
      const { payload, requestId, data, warnings = [] } = stream.result;
      for (const warning of warnings) output.note(`otto: ${warning}`);
      output.answer({ ...payload, requestId }, JSON.stringify(data ?? null, null, 2));
      await followStream(context, stream, trial);
      // Looking at the tab is a reason to wait, too.
      if (trial.waitsForInterrupt) await whenAborted(io.signal);
    });
  });
  io.signal.throwIfAborted();
}

/** A tab that was named stays; one that is opened for this goes with it, also when Ctrl+C was pressed. */
async function withTab(
  client: OttoClient,
  { nodeId, startUrl, trial, signal }: { nodeId: string; startUrl: string; trial: Trial; signal: AbortSignal },
  use: (tabSessionId: string) => Promise<void>,
): Promise<void> {
  if (trial.tabSession !== undefined) return use(trial.tabSession);
  const node = client.node(nodeId);
  const tab = await node.tabs.open(startUrl, { waitUntil: 'domcontentloaded', timeoutMs: trial.timeout, signal });
  try {
    await use(tab.tabSessionId);
  } finally {
    await tab.close({ force: true, timeoutMs: CLOSE_MS_MAX }).catch(goneAlready);
  }
}

const CLOSE_MS_MAX = 5_000;

/** The tab is gone, or its node; else the relay closes it when this controller has left. */
function goneAlready(error: unknown): void {
  if (!(error instanceof OttoError)) throw error;
}

/** What is to be tried, and how. */
export interface Trial extends StreamWish {
  readonly site: string;
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly authMode: (typeof AUTH_MODES)[number] | undefined;
  readonly nodeId: string | undefined;
  readonly tabSession: string | undefined;
  readonly timeout: number | undefined;
  readonly failFast: boolean;
  readonly keepTabs: number | undefined;
}
