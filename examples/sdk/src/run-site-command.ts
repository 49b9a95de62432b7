import { siteCommandTimeoutMs } from '@telepat/otto-sdk';
import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Runs a command that somebody wrote for one site, with as much time as its descriptor asks for. */
export async function runSiteCommand(
  stage: Stage,
  site = 'books.toscrape.com',
  command = 'listBooks',
  json = '{}',
): Promise<void> {
  await using client = await connect(stage);
  const { nodeId } = await chosenNode(client, stage);
  const input: Readonly<Record<string, unknown>> = Object(JSON.parse(json));

  const commands = await client.commands.list({ nodeId, site });
  for (const { id, description } of commands) stage.print(`${id}: ${description}`);
  const descriptor = commands.find(({ id }) => id === command);
  const timeoutMs = siteCommandTimeoutMs(descriptor?.timeoutPolicy, input);

  const { data } = await client.commands.run({ nodeId, site, command, input, timeoutMs });

  stage.print(JSON.stringify(data));
}
