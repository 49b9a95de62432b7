import type { CommandResult } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { chooseNode } from './choose-node.js';
import { traceparentOf } from './traceparent.js';
import { withController } from './with-controller.js';

/** Sends one command as this user's controller. Ctrl+C cancels it at the node. */
export async function sendCommand(context: CommandContext, command: CommandToSend): Promise<SentCommand> {
  const { options } = command;
  const ofThisMachine = (await context.config.read()).nodeId;
  const { requestId, payload } = await withController(
    context,
    { keepTabsMs: options.keepTabs },
    async (client): Promise<CommandResult> =>
      client.send(command.action, command.input, {
        nodeId: await chooseNode(client, { named: options.nodeId, ofThisMachine }),
        tabSessionId: options.tabSession,
        timeoutMs: options.timeout,
        waitPolicy: options.failFast ? 'fail_fast' : 'wait_with_timeout',
        signal: context.io.signal,
        traceparent: traceparentOf(context.io.env),
      }),
  );
  for (const warning of warningsOf(payload)) context.output.note(`otto: ${warning}`);
  return { document: { ...payload, requestId }, data: payload['data'], requestId };
}

function warningsOf({ warnings }: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(warnings) ? warnings.map(String) : [];
}

export interface CommandToSend {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly options: {
    readonly nodeId: string | undefined;
    readonly tabSession: string | undefined;
    readonly timeout: number | undefined;
    readonly failFast: boolean;
    readonly keepTabs: number | undefined;
  };
}

export interface SentCommand {
  readonly requestId: string;
  /** The payload of the terminal frame with its `requestId`: what scripts get. */
  readonly document: Readonly<Record<string, unknown>>;
  /** What the action answered. */
  readonly data: unknown;
}
