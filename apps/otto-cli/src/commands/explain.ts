import type { LogEntry } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { declareCommand } from '../declare-command.js';
import { commandLife, type CommandLife } from '../explain/command-life.js';
import { explanation, type Explanation } from '../explain/explanation.js';
import { findRequest } from '../explain/find-request.js';
import { BUDGET_MS_MAX, heldBy } from '../explain/neighbours.js';
import { withLogApi, type LogReader } from '../logs/log-api.js';
import { requiredText } from '../option-values.js';

/** `otto explain` */
export const explainCommand = declareCommand({
  words: 'explain',
  summary: 'Tells the life of one command in plain words.',
  details:
    'Who asked, what was checked, how long it waited behind whom, when the node had it, how it ended, and what to do if it failed. The beginning of an id, as otto logs shows it, is enough for recent commands.',
  examples: ['otto explain req_8c1f09ab33d2', 'otto explain req_8c1f09 --json'],
  arguments: { requestId: { summary: 'the command', required: true, value: requiredText } },
  run: async ({ context, args }) => {
    await withLogApi(context, async (reader) => {
      const entries = await findRequest(reader.api, args.requestId);
      const life = commandLife(entries);
      if (life === undefined) return;
      const held = await heldWhile(reader, life);
      tell(context, life, { ...explanation(life, { held, now: Date.now() }), held });
    });
  },
});

/** Only the owner of the relay may know what others did. */
async function heldWhile({ api, seesAll }: LogReader, life: CommandLife): Promise<readonly CommandLife[] | undefined> {
  const { queued, nodeId } = life;
  if (!seesAll || queued === undefined || nodeId === undefined) return undefined;
  const since = new Date(Date.parse(queued.at) - BUDGET_MS_MAX).toISOString();
  const { logs } = await api.logs.query({ nodeId, since });
  return heldBy(logs satisfies LogEntry[], life);
}

function tell(
  { output }: CommandContext,
  life: CommandLife,
  told: Explanation & { held: readonly CommandLife[] | undefined },
): void {
  const { ink } = output.screen;
  const { requestId, action, nodeId, tabSessionId, clientId, controllerId, traceId } = life;
  const { outcome, steps, advice, held } = told;
  const facts = [
    ['asked by', [clientId, controllerId].filter((id) => id !== undefined).join(', login ') || 'unknown'],
    ['for', [nodeId, tabSessionId].filter((id) => id !== undefined).join(', tab ') || 'no node'],
    ...(traceId === undefined ? [] : [['trace', traceId] as const]),
  ] as const;
  const lines = [
    `${ink.bold(requestId)}: ${ink.plain(action ?? 'a command')}: ${ink.bold(outcome)}`,
    ...facts.map(([name, value]) => `  ${ink.dim(name.padEnd(9))} ${ink.plain(value)}`),
    ...steps.map(({ at, text }) => `  ${ink.dim(at)}  ${ink.plain(text)}`),
    ...advice.map((text, index) => `${index === 0 ? `${ink.yellow('next')}: ` : '      '}${ink.plain(text)}`),
  ];
  const { others: _others, ...facets } = life;
  const behind = held?.map(({ requestId: id, action: what, clientId: who }) => ({
    requestId: id,
    action: what,
    clientId: who,
  }));
  output.answer({ ...facets, outcome, ...(behind === undefined ? {} : { behind }), steps, advice }, lines.join('\n'));
}
