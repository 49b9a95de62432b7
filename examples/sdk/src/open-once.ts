import { randomUUID } from 'node:crypto';
import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/**
 * Does something once, whatever happens on the way. With a key, a command is submitted again by itself after a lost
 * connection, and never carried out twice; with `retry`, it is also repeated where the relay or the node is not ready.
 */
export async function openOnce(stage: Stage, url = 'https://example.com'): Promise<void> {
  await using client = await connect(stage);
  const node = await chosenNode(client, stage);
  const options = { idempotencyKey: randomUUID(), retry: true, timeoutMs: 120_000 };

  await using tab = await node.tabs.open(url, options);
  const again = await node.tabs.open(url, options);

  stage.print(`the same tab: ${again.tabSessionId === tab.tabSessionId}`);
  stage.print(`tabs: ${(await node.tabs.list()).length}`);
}
