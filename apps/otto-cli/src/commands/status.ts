import type { StatusReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { declareCommand } from '../declare-command.js';
import { flag } from '../option-values.js';
import { findRelay, type FoundRelay, type RunningRelay } from '../relay/find-relay.js';
import { silentRelay } from '../relay/silent-relay.js';
import { duration } from '../status/duration.js';
import { statusText } from '../status/status-text.js';
import { withRemedy } from '../status/warning-remedy.js';

/** `otto status` */
export const statusCommand = declareCommand({
  words: 'status',
  summary: 'Says whether the relay runs, where, who is connected, and who holds what.',
  details:
    'Shown are nodes and controllers, who has tabs open where, locks, tabs in which commands run or wait, durable ' +
    'commands without an outcome, and warnings with the command that mends each.',
  examples: ['otto status', 'otto status --nodes', 'otto status --json'],
  options: { nodes: { flags: '--nodes', summary: 'what each node can do, too', value: flag } },
  run: async ({ context, options }) => {
    const found = await findRelay(context.paths, context.io.signal);
    if (found.state === 'running') await tellRunning(context, found, options);
    else if (found.state === 'unlisted') tellUnlisted(context, found.pid);
    else tellStopped(context, found);
  },
});

async function tellRunning(
  { output, paths, version: ownVersion }: CommandContext,
  { record, httpUrl, operatorToken }: RunningRelay,
  options: { nodes: boolean },
): Promise<void> {
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const status = await new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken }).status();
  const { port, pid } = record;
  const warnings = [...status.warnings, ...versionWarning(status, ownVersion)].map((warning) =>
    withRemedy(warning, paths.relay),
  );
  const lines = [
    `The relay runs on ${httpUrl} (pid ${pid}, version ${status.version}) for ${duration(status.uptimeMs)}.`,
    statusText(status, { now: Date.now(), isFull: options.nodes }),
    ...warnings.map(warningLine),
  ];
  output.answer({ running: true, ...status, port, pid, warnings }, lines.join('\n'));
}

/** After an update of the package the relay of before goes on. */
function versionWarning({ version }: StatusReply, ownVersion: string): string[] {
  return version === ownVersion ? [] : [`This otto is version ${ownVersion}, the relay is version ${version}.`];
}

function tellUnlisted({ output, paths }: CommandContext, pid: number): void {
  const warnings = [
    `The pid file of the relay is gone or wrong (${paths.pidFile}), so that nobody finds its port.`,
  ].map((warning) => withRemedy(warning, paths.relay));
  const lines = [`The relay runs, or is about to (pid ${pid}).`, ...warnings.map(warningLine)];
  output.answer({ running: true, pid, warnings }, lines.join('\n'));
}

function tellStopped({ output, paths, io }: CommandContext, found: StoppedState): void {
  const warnings = warningsOf(found, paths.pidFile, io.platform).map((warning) => withRemedy(warning, paths.relay));
  const lines = ['The relay does not run. Start it with otto start.', ...warnings.map(warningLine)];
  output.answer({ running: false, warnings }, lines.join('\n'));
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
