import type { StatusReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { findRelay, type FoundRelay, type RunningRelay } from '../relay/find-relay.js';
import { isDaemonsAddress } from '../relay/is-daemons-address.js';
import { silentRelay } from '../relay/silent-relay.js';
import { duration } from './duration.js';
import { statusText } from './status-text.js';
import { versionWarning } from './version-warning.js';
import { withRemedy } from './warning-remedy.js';

/** What runs on this machine now, and who holds what there. */
export async function statusReport(context: CommandContext, options: { nodes: boolean }): Promise<StatusReport> {
  const found = await findRelay(context.paths, context.io.signal);
  if (found.state === 'running') return runningReport(context, found, options);
  if (found.state === 'unlisted') return unlistedReport(context, found.pid);
  return stoppedReport(context, found, await elsewhereOf(context));
}

async function runningReport(
  { paths, version: ownVersion }: CommandContext,
  { record, httpUrl, operatorToken }: RunningRelay,
  options: { nodes: boolean },
): Promise<StatusReport> {
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const status: StatusReply = await new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken }).status();
  const { port, pid } = record;
  const ofVersion = versionWarning({ own: ownVersion, relay: status.version });
  const warnings = [...status.warnings, ...(ofVersion === undefined ? [] : [ofVersion])].map((warning) =>
    withRemedy(warning, paths.relay),
  );
  const lines = [
    `The relay runs on ${httpUrl} (pid ${pid}, version ${status.version}) for ${duration(status.uptimeMs)}.`,
    statusText(status, { now: Date.now(), isFull: options.nodes }),
    ...warnings.map(warningLine),
  ];
  return { document: { running: true, ...status, port, pid, warnings }, text: lines.join('\n') };
}

function unlistedReport({ paths }: CommandContext, pid: number): StatusReport {
  const warnings = [
    `The pid file of the relay is gone or wrong (${paths.pidFile}), so that nobody finds its port.`,
  ].map((warning) => withRemedy(warning, paths.relay));
  const lines = [`The relay runs, or is about to (pid ${pid}).`, ...warnings.map(warningLine)];
  return { document: { running: true, pid, warnings }, text: lines.join('\n') };
}

/** The relay of another machine, where commands go to one. */
async function elsewhereOf({ config }: CommandContext): Promise<string | undefined> {
  const { relayUrl } = await config.read();
  return relayUrl === undefined || isDaemonsAddress(relayUrl) ? undefined : relayUrl;
}

function stoppedReport(
  { paths, io }: CommandContext,
  found: StoppedState,
  elsewhere: string | undefined,
): StatusReport {
  const warnings = warningsOf(found, paths.pidFile, io.platform).map((warning) => withRemedy(warning, paths.relay));
  const sentence =
    elsewhere === undefined
      ? 'The relay does not run. Start it with otto start.'
      : `No relay runs on this machine, and none needs to: commands go to ${elsewhere}.`;
  const lines = [sentence, ...warnings.map(warningLine)];
  return { document: { running: false, warnings }, text: lines.join('\n') };
}

function warningsOf(found: StoppedState, pidFile: string, platform: NodeJS.Platform): string[] {
  switch (found.state) {
    case 'stopped':
      return [];
    case 'stale':
      return [`${pidFile} is left from a relay that did not stop in order (pid ${found.record.pid}): ${found.reason}.`];
    case 'silent': {
      const { message, hint } = silentRelay(found.record, platform);
      return [`${message} ${hint}`];
    }
  }
}

function warningLine(warning: string): string {
  return `Warning: ${warning}`;
}

type StoppedState = Exclude<FoundRelay, RunningRelay | { state: 'unlisted' }>;

/** The same for scripts and for people. */
export interface StatusReport {
  readonly document: {
    readonly running: boolean;
    readonly warnings: readonly string[];
    readonly [field: string]: unknown;
  };
  readonly text: string;
}
