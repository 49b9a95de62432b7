import type { StatusReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { declareCommand } from '../declare-command.js';
import { flag } from '../option-values.js';
import { findRelay, type FoundRelay, type RunningRelay } from '../relay/find-relay.js';

/** `otto status` */
export const statusCommand = declareCommand({
  words: 'status',
  summary: 'Says whether the relay runs, where, and which nodes are connected.',
  examples: ['otto status', 'otto status --nodes', 'otto status --json'],
  options: { nodes: { flags: '--nodes', summary: 'what each node can do and is doing', value: flag } },
  run: async ({ context, options }) => {
    const found = await findRelay(context.paths, context.io.signal);
    if (found.state === 'running') await tellRunning(context, found, options);
    else tellStopped(context, found);
  },
});

async function tellRunning(
  { output }: CommandContext,
  { record, httpUrl, operatorToken }: RunningRelay,
  options: { nodes: boolean },
): Promise<void> {
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const status = await new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken }).status();
  const { version, uptimeMs, nodes, warnings } = status;
  const { port, pid } = record;
  const lines = [
    `The relay runs on ${httpUrl} (pid ${pid}, version ${version}) for ${duration(uptimeMs)}.`,
    nodes.length === 0 ? 'No node is connected. Start one with otto node start.' : `Nodes: ${nodes.length}`,
    ...nodes.map((node) => (options.nodes ? nodeInFull(node) : `  ${node.nodeId}`)),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ];
  output.answer({ running: true, port, pid, version, uptimeMs, nodes, warnings }, lines.join('\n'));
}

function tellStopped({ output, paths }: CommandContext, found: Exclude<FoundRelay, RunningRelay>): void {
  const warnings = warningsOf(found, paths.pidFile);
  const lines = ['The relay does not run. Start it with otto start.', ...warnings.map((text) => `Warning: ${text}`)];
  output.answer({ running: false, warnings }, lines.join('\n'));
}

function warningsOf(found: Exclude<FoundRelay, RunningRelay>, pidFile: string): string[] {
  switch (found.state) {
    case 'stopped':
      return [];
    case 'stale':
      return [`${pidFile} is left from a relay that did not stop in order (pid ${found.record.pid}): ${found.reason}.`];
    case 'silent':
      return [`Process ${found.record.pid} has port ${found.record.port}, but does not answer.`];
  }
}

function nodeInFull({ nodeId, inFlight, queued, capabilities }: StatusReply['nodes'][number]): string {
  return `  ${nodeId}: ${inFlight} running, ${queued} waiting; can ${capabilities.join(', ')}`;
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}
